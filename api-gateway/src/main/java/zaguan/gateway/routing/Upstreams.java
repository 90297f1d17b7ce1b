package zaguan.gateway.routing;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import zaguan.discovery.balancing.InstanceEvent;
import zaguan.discovery.balancing.Upstream;
import zaguan.discovery.settings.TimeAndChance;

/** The upstream of each service, the same from one snapshot to the next. One thread at a time. */
final class Upstreams {

  private final LongSupplier clock;
  private final IntUnaryOperator chance;
  private final Consumer<InstanceEvent> events;
  private final Map<String, Upstream> byService = new HashMap<>();

  Upstreams(LongSupplier clock, IntUnaryOperator chance, Consumer<InstanceEvent> events) {
    this.clock = clock;
    this.chance = chance;
    this.events = events;
  }

  Upstreams(TimeAndChance timeAndChance, Consumer<InstanceEvent> events) {
    this(timeAndChance.nanoTime(), timeAndChance.random()::nextInt, events);
  }

  /**
   * Gives each service's upstream its present instances and settings, and forgets the services that
   * are gone.
   *
   * @return the routes, in the same order
   */
  List<Route> update(List<Assignment> assignments) {
    Set<String> services =
        assignments.stream().map(Assignment::service).collect(Collectors.toUnmodifiableSet());
    for (Upstream upstream : List.copyOf(byService.values())) {
      if (!services.contains(upstream.service())) {
        byService.remove(upstream.service());
        upstream.end();
      }
    }
    return assignments.stream().map(this::route).toList();
  }

  /** A new one, which nobody has asked for before. */
  Upstream upstream(String service, ServiceSettings settings) {
    return new Upstream(service, settings.maxConcurrency(), clock, chance, events);
  }

  private Route route(Assignment assignment) {
    ServiceSettings settings = assignment.settings();
    Upstream upstream =
        byService.computeIfAbsent(assignment.service(), name -> upstream(name, settings));
    upstream.limit(settings.maxConcurrency());
    upstream.replaceInstances(assignment.instances(), settings.warmUp().toNanos());
    return new Route(
        assignment.prefix(),
        assignment.service(),
        assignment.instances(),
        settings,
        true,
        upstream,
        assignment.group());
  }
}
