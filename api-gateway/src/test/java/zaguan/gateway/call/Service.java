package zaguan.gateway.call;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import zaguan.discovery.balancing.Upstream;
import zaguan.discovery.catalog.Instance;
import zaguan.gateway.routing.Route;
import zaguan.gateway.routing.RouteTable;
import zaguan.gateway.routing.ServiceSettings;
import zaguan.gateway.routing.Tables;
import zaguan.gateway.scaling.Wakers;

/** A service of three instances that never sleeps. */
final class Service {

  static final long MAX_BODY = 10;
  static final int MAX_CONCURRENCY = 2;

  final Route route;

  Service(AtomicLong clock) {
    Upstream upstream = new Upstream("up", MAX_CONCURRENCY, clock::get, bound -> 0, event -> {});
    List<Instance> instances = List.of(instance(1), instance(2), instance(3));
    upstream.replaceInstances(instances, 0);
    ServiceSettings settings =
        new ServiceSettings(
            Duration.ofSeconds(1),
            Duration.ofSeconds(5),
            Duration.ofSeconds(15),
            Duration.ofSeconds(60),
            0,
            MAX_BODY,
            MAX_CONCURRENCY,
            Duration.ZERO,
            Duration.ofSeconds(30),
            500,
            Duration.ZERO,
            true);
    route = new Route("/up", "up", instances, settings, true, upstream, null);
  }

  RouteTable table() {
    return Tables.of(route);
  }

  /** Nobody is ever asked to wake it. */
  @SuppressWarnings("NullAway")
  Wakers wakers() {
    return null;
  }

  private static Instance instance(int number) {
    return new Instance(
        "up-" + number, "up", "node", "127.0.0.1", number, 1, List.of("public"), Map.of());
  }
}
