package zaguan.gateway.routing;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import java.util.function.LongSupplier;
import zaguan.gateway.balancing.Upstream;
import zaguan.gateway.catalog.Instance;
import zaguan.gateway.settings.TimeAndChance;

/** The upstream of each service, the same from one snapshot to the next. One thread at a time. */
final class Upstreams {

  private final LongSupplier clock;
  private final IntUnaryOperator chance;
  private final Map<String, Upstream> byService = new HashMap<>();

  Upstreams(LongSupplier clock, IntUnaryOperator chance) {
    this.clock = clock;
    this.chance = chance;
  }

  Upstreams(TimeAndChance timeAndChance) {
    this(timeAndChance.nanoTime(), timeAndChance.random()::nextInt);
  }

  Upstream follow(String service, List<Instance> instances, ServiceSettings settings) {
    Upstream upstream =
        byService.computeIfAbsent(
            service, name -> new Upstream(name, settings.maxConcurrency(), clock, chance));
    upstream.limit(settings.maxConcurrency());
    upstream.follow(instances, settings.warmUp().toNanos());
    return upstream;
  }

  /** Forgets the services that are gone. */
  void retain(Set<String> services) {
    byService.keySet().retainAll(services);
  }
}
