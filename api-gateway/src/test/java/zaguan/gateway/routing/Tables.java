package zaguan.gateway.routing;

import java.util.List;

/** Route tables for tests of other rooms. */
public final class Tables {

  private Tables() {}

  /** Consul has answered, and these routes are all that there are. */
  public static RouteTable of(Route... routes) {
    return new RouteTable(true, List.of(routes), List.of());
  }

  /** Consul has not answered yet. */
  public static RouteTable notLoaded() {
    return new RouteTable(false, List.of(), List.of());
  }
}
