package zaguan.gateway.routing;

import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import zaguan.discovery.balancing.InstanceEvent;
import zaguan.discovery.catalog.Service;
import zaguan.discovery.catalog.Unasked;
import zaguan.discovery.settings.TimeAndChance;
import zaguan.gateway.catalog.Catalog;
import zaguan.gateway.catalog.HeldPrefixes;
import zaguan.gateway.catalog.Holders;
import zaguan.gateway.catalog.Snapshot;

/**
 * The latest route table. A service that is scaled to zero leaves Consul altogether; its route
 * stays for an hour, so that callers are told to come again and not that there never was such a
 * service.
 */
@Singleton
public final class Routes {

  private static final Duration REMEMBERED = Duration.ofHours(1);

  /** A bound: ever new names must fill neither the memory nor Consul's store. */
  private static final int MOST_REMEMBERED = 10_000;

  private record Departed(Assignment assignment, long since) {}

  private final Holders holders;
  private final ServiceSettings defaults;
  private final LongSupplier clock;
  private final Upstreams upstreams;
  private final NamedRoutes named;
  private final Map<String, Departed> departed = new LinkedHashMap<>();

  /** Services whose route ends when they leave, instead of an hour later. */
  private final Set<String> forgotten = ConcurrentHashMap.newKeySet();

  private final ProblemLog problemLog;

  /** Who had which prefix, by Consul's store, when the current table was made. */
  private HeldPrefixes seen;

  private volatile RouteTable current = RouteTable.NOT_LOADED;

  Routes(
      Catalog catalog,
      Holders holders,
      ServiceSettings defaults,
      Consumer<InstanceEvent> events,
      TimeAndChance timeAndChance) {
    this.holders = holders;
    this.defaults = defaults;
    clock = timeAndChance.nanoTime();
    upstreams = new Upstreams(timeAndChance, events);
    named = new NamedRoutes(defaults, service -> upstreams.upstream(service, defaults));
    problemLog = new ProblemLog(clock);
    seen = holders.view();
    catalog.onChange(this::rebuild);
  }

  /** Of the latest snapshot. Never waits. */
  public RouteTable current() {
    return current;
  }

  /**
   * The route by which a service is called by its name, from inside, whatever its prefix; null if
   * no service of that name is registered or known to sleep. It leads to the public instances, as
   * its prefix does; to all instances if none is public.
   */
  public @Nullable Route named(String service) {
    Route served = current.of(service);
    if (served != null
        && (!served.instances().isEmpty()
            || (served.group() != null && !named.hasInstance(service)))) {
      return served.byName();
    }
    Route other = named.to(service);
    return other == null && served != null ? served.byName() : other;
  }

  /** All that lead to a service that is called, or can be woken: by prefixes, and by names. */
  public List<Route> all() {
    List<Route> all = new ArrayList<>(current.routes());
    all.addAll(named.all());
    return all;
  }

  /** Those of {@link #all} that lead to this service. */
  public List<Route> all(String service) {
    return Stream.of(current.of(service), named.known(service)).filter(Objects::nonNull).toList();
  }

  /** Lets the route of a service end when the service is in the catalog no more. Any thread. */
  public void forget(String service) {
    forgotten.add(service);
  }

  private void rebuild(Snapshot snapshot) {
    if (!snapshot.loaded()) {
      return;
    }
    long now = clock.getAsLong();
    forgotten.removeIf(snapshot::hasPublicInstance);
    HeldPrefixes view = holders.view();
    for (Route route : current.routes()) {
      Assignment left = Assignment.departed(route.prefix(), route.service(), route.settings());
      departed.putIfAbsent(route.service(), new Departed(left, now));
    }
    rememberWhoLeftBefore(snapshot, view, now);
    departed
        .values()
        .removeIf(
            gone ->
                isThere(snapshot.service(gone.assignment().service()))
                    || forgotten.contains(gone.assignment().service())
                    || now - gone.since() > REMEMBERED.toNanos()
                    || isFreed(gone.assignment(), view));
    while (departed.size() > MOST_REMEMBERED) {
      departed.remove(departed.keySet().iterator().next());
    }
    RouteTable before = current;
    Assignments assignments =
        Assignments.of(
            snapshot,
            defaults,
            departed.values().stream().map(Departed::assignment).toList(),
            prefix -> incumbents(prefix, view, before));
    named.follow(snapshot);
    List<Route> routes = upstreams.update(assignments.all());
    List<String> problems = new ArrayList<>(assignments.problems());
    problems.addAll(named.problems());
    RouteTable table = new RouteTable(true, routes, problems);
    current = table;
    seen = view;
    keep(snapshot, view, table);
    problemLog.write(table.problems());
  }

  /** A service without the tag {@code public} takes no route away, and gets none. */
  private static boolean isThere(@Nullable Service service) {
    return service != null
        && (service.hasPublicInstance()
            || service.unasked().stream().anyMatch(Unasked::isPublic)
            || (service.isPublic() && !service.meta().isEmpty()));
  }

  /** Consul's store is the same for all gateways, so it counts before what this one has seen. */
  private static List<String> incumbents(String prefix, HeldPrefixes view, RouteTable before) {
    return Stream.of(view.holder(prefix), before.holder(prefix))
        .filter(Objects::nonNull)
        .distinct()
        .toList();
  }

  /** A service that has a prefix by Consul's store, and left before this gateway saw it. */
  private void rememberWhoLeftBefore(Snapshot snapshot, HeldPrefixes view, long now) {
    for (String prefix : view.prefixes()) {
      String service = view.holder(prefix);
      if (service != null
          && !service.isEmpty()
          && !service.equals(seen.holder(prefix))
          && !isThere(snapshot.service(service))
          && current.holder(prefix) == null
          && Prefix.isPrefix(prefix)) {
        Assignment left = Assignment.departed(prefix, service, defaults);
        departed.putIfAbsent(service, new Departed(left, now));
      }
    }
  }

  /** Another gateway, or somebody by hand, has freed the prefix. */
  private boolean isFreed(Assignment gone, HeldPrefixes view) {
    return gone.service().equals(seen.holder(gone.prefix()))
        && !gone.service().equals(view.holder(gone.prefix()));
  }

  /**
   * Only registered services have their prefix written. Otherwise a gateway that has not heard yet
   * that a service was forgotten would write again what another gateway has freed.
   */
  private void keep(Snapshot snapshot, HeldPrefixes view, RouteTable table) {
    Map<String, String> held = new HashMap<>();
    Set<String> free = new HashSet<>();
    for (Route route : table.routes()) {
      Service service = snapshot.service(route.service());
      if (service != null && service.since() > 0) {
        held.put(route.prefix(), route.service());
      }
    }
    for (String prefix : view.prefixes()) {
      if (table.holder(prefix) == null && Prefix.isPrefix(prefix)) {
        free.add(prefix);
      }
    }
    holders.keep(view, held, free);
  }
}
