package zaguan.gateway.scaling;

import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.Map;
import zaguan.gateway.routing.Route;
import zaguan.gateway.routing.Routes;

/** For how long this gateway has had no request for each service. Any thread. */
@Singleton
public final class Idleness {

  private final Routes routes;
  private final Wakers wakers;

  Idleness(Routes routes, Wakers wakers) {
    this.routes = routes;
    this.wakers = wakers;
  }

  /** Milliseconds, by service; 0 while a request is under way, or waits for an instance. */
  public Map<String, Long> millis() {
    Map<String, Long> idle = new HashMap<>();
    for (Route route : routes.current().routes()) {
      idle.put(route.service(), nanos(route) / 1_000_000);
    }
    return idle;
  }

  long nanos(Route route) {
    return wakers.isAwaited(route) ? 0 : route.upstream().idle();
  }
}
