package zaguan.discovery.client;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import zaguan.discovery.balancing.Upstream;
import zaguan.discovery.catalog.Instance;
import zaguan.discovery.catalog.Service;
import zaguan.discovery.catalog.Unasked;

/** A service that is called: its instances, by the live list, and how it is called. Any thread. */
final class Callee {

  private final Upstream upstream;
  private final CallSettings defaults;
  private final CompletableFuture<Callee> known = new CompletableFuture<>();
  private volatile List<Instance> instances = List.of();
  private volatile CallSettings settings;

  /** When it was called last, by the clock of the calls; null for never. */
  private volatile @Nullable Long called;

  Callee(Upstream upstream, CallSettings defaults) {
    this.upstream = upstream;
    this.defaults = defaults;
    settings = defaults;
  }

  /** Follows what Consul lists. One call at a time. */
  void replace(Service service) {
    List<Map<String, String>> metas =
        Stream.concat(
                service.instances().stream().map(Instance::meta),
                service.unasked().stream().map(Unasked::meta))
            .toList();
    if (!metas.isEmpty()) { // What a service that sleeps said last holds on.
      settings = defaults.with(service.name(), metas);
    }
    instances = service.instances();
    upstream.limit(settings.maxConcurrency());
    upstream.replaceInstances(instances, settings.warmUp().toNanos());
    known.complete(this);
  }

  /** It is called at that time, in nanoseconds. */
  void called(long now) {
    called = now;
  }

  /**
   * @param then in nanoseconds; null for the beginning
   */
  boolean wasCalledSince(@Nullable Long then) {
    Long last = called;
    return last != null && (then == null || last - then > 0);
  }

  String name() {
    return upstream.service();
  }

  Upstream upstream() {
    return upstream;
  }

  CallSettings settings() {
    return settings;
  }

  /** The healthy ones, as listed last. */
  List<Instance> instances() {
    return instances;
  }

  /** Does it there, once Consul has said what there is. */
  void onceKnown(Runnable next, Executor on) {
    var _ = known.thenRunAsync(next, on);
  }

  /** This, once Consul has said what there is; does not end before. Not to be completed. */
  CompletableFuture<Callee> known() {
    return known;
  }
}
