package zaguan.gateway.routing;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import zaguan.gateway.catalog.Catalog;
import zaguan.gateway.catalog.Service;
import zaguan.gateway.catalog.Snapshot;

/**
 * The latest route table. A service that is scaled to zero leaves Consul altogether; its route
 * stays for an hour, so that callers are told to come again and not that there never was such a
 * service.
 */
@Singleton
public final class Routes {

  private static final Logger LOG = LoggerFactory.getLogger(Routes.class);

  private static final Duration REMEMBERED = Duration.ofHours(1);

  private record Departed(Route route, long since) {}

  private final ServiceSettings defaults;
  private final LongSupplier clock;
  private final Upstreams upstreams = Upstreams.inRealTime();
  private final Map<String, Departed> departed = new LinkedHashMap<>();

  /** Services whose route goes with them, instead of an hour later. */
  private final Set<String> forgotten = ConcurrentHashMap.newKeySet();

  private volatile RouteTable current;

  @Inject
  Routes(Catalog catalog, ServiceSettings defaults) {
    this(catalog, defaults, System::nanoTime);
  }

  Routes(Catalog catalog, ServiceSettings defaults, LongSupplier clock) {
    this.defaults = defaults;
    this.clock = clock;
    current = RouteTable.of(Snapshot.NOT_LOADED, defaults, upstreams, List.of());
    catalog.onChange(this::follow);
  }

  /** Of the latest snapshot. Never waits. */
  public RouteTable current() {
    return current;
  }

  /** Lets the route of a service end when the service is in the catalog no more. Any thread. */
  public void forget(String service) {
    forgotten.add(service);
  }

  private void follow(Snapshot snapshot) {
    long now = clock.getAsLong();
    forgotten.removeIf(name -> hasInstances(snapshot.service(name)));
    for (Route route : current.routes()) {
      departed.putIfAbsent(route.service(), new Departed(route, now));
    }
    departed
        .values()
        .removeIf(
            gone ->
                snapshot.service(gone.route().service()) != null
                    || forgotten.contains(gone.route().service())
                    || now - gone.since() > REMEMBERED.toNanos());
    List<String> known = current.problems();
    RouteTable table =
        RouteTable.of(
            snapshot,
            defaults,
            upstreams,
            departed.values().stream().map(Departed::route).toList());
    current = table;
    upstreams.retain(
        table.routes().stream().map(Route::service).collect(Collectors.toUnmodifiableSet()));
    table.problems().stream().filter(each -> !known.contains(each)).forEach(LOG::warn);
  }

  private static boolean hasInstances(@Nullable Service service) {
    return service != null && !service.instances().isEmpty();
  }
}
