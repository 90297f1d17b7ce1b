package zaguan.gateway.routing;

import jakarta.inject.Singleton;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import zaguan.gateway.catalog.Catalog;
import zaguan.gateway.catalog.Snapshot;

/** The latest route table. */
@Singleton
public final class Routes {

  private static final Logger LOG = LoggerFactory.getLogger(Routes.class);

  private final ServiceSettings defaults;
  private final Upstreams upstreams = Upstreams.inRealTime();
  private volatile RouteTable current;

  Routes(Catalog catalog, ServiceSettings defaults) {
    this.defaults = defaults;
    current = RouteTable.of(Snapshot.NOT_LOADED, defaults, upstreams);
    catalog.onChange(this::follow);
  }

  /** Of the latest snapshot. Never waits. */
  public RouteTable current() {
    return current;
  }

  private void follow(Snapshot snapshot) {
    List<String> known = current.problems();
    RouteTable table = RouteTable.of(snapshot, defaults, upstreams);
    current = table;
    upstreams.retain(snapshot.services().keySet());
    table.problems().stream().filter(each -> !known.contains(each)).forEach(LOG::warn);
  }
}
