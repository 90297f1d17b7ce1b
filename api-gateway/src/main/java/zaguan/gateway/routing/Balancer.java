package zaguan.gateway.routing;

import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import zaguan.gateway.catalog.Instance;

/**
 * Which instance of a service is asked next: each in turn. A change of the instances goes on where
 * the last ones were, and begins at a random one, so that gateways do not move in step. Any thread;
 * none waits.
 */
@Singleton
public final class Balancer {

  private final ConcurrentMap<String, AtomicInteger> turns = new ConcurrentHashMap<>();
  private final RandomGenerator random;

  Balancer() {
    this(RandomGenerator.getDefault());
  }

  Balancer(RandomGenerator random) {
    this.random = random;
  }

  /**
   * @param service whose turn it is
   * @param instances of that service
   * @return empty if there are no instances
   */
  public Optional<Instance> choose(String service, List<Instance> instances) {
    if (instances.isEmpty()) {
      return Optional.empty();
    }
    int turn =
        turns
            .computeIfAbsent(service, name -> new AtomicInteger(random.nextInt()))
            .getAndIncrement();
    return Optional.of(instances.get(Math.floorMod(turn, instances.size())));
  }
}
