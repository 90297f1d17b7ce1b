package zaguan.gateway.scaling;

import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import zaguan.discovery.balancing.Upstream;
import zaguan.discovery.consul.Locks;
import zaguan.discovery.settings.TimeAndChance;
import zaguan.gateway.catalog.Catalog;
import zaguan.gateway.catalog.JobGroup;
import zaguan.gateway.nomad.NomadApi;
import zaguan.gateway.routing.Route;
import zaguan.gateway.routing.Routes;

/**
 * Wakes services that have no instance, for the requests that wait for them: one effort for each
 * service, however many wait. Any thread; none waits.
 */
@Singleton
public final class Wakers {

  private final NomadApi nomad;
  private final Locks locks;
  private final Probes probes;
  private final LongSupplier clock;
  private final Routes routes;

  /** An upstream is its own key: a service that comes back after it was forgotten has another. */
  private final ConcurrentMap<Upstream, ServiceWaker> wakings = new ConcurrentHashMap<>();

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Announcements announcements;

  /**
   * @param routes which follow the catalog before this does, so that a request that is told finds
   *     the instance
   */
  Wakers(
      Routes routes,
      Catalog catalog,
      NomadApi nomad,
      Locks locks,
      Probes probes,
      TimeAndChance timeAndChance) {
    this.routes = routes;
    this.nomad = nomad;
    this.locks = locks;
    this.probes = probes;
    clock = timeAndChance.nanoTime();
    announcements = new Announcements(catalog, threads, clock);
    catalog.onChange(snapshot -> tellWakers());
  }

  /**
   * Lets a request wait until its service has an instance, and wakes the service.
   *
   * @param route one with a group
   * @return null if it waits; else why not
   */
  public @Nullable WakeFailure await(Route route, JobGroup group, Waiter waiter) {
    ServiceWaker waking = wakings.computeIfAbsent(route.upstream(), this::waking);
    WakeFailure refusal = waking.await(route, group, waiter);
    keep(route, waking);
    return refusal;
  }

  /**
   * Lets a request wait until an instance of its service takes a connection, after all of them
   * refused the request; or until there is no instance, and {@link #await} is what helps.
   *
   * @param route one with a group
   * @return null if it waits; else why not
   */
  public @Nullable WakeFailure awaitAcceptance(Route route, Waiter waiter) {
    ServiceWaker waking = wakings.computeIfAbsent(route.upstream(), this::waking);
    WakeFailure refusal = waking.awaitAcceptance(route, waiter);
    keep(route, waking);
    return refusal;
  }

  /** It may have been removed just before the request began to wait, since nothing waited. */
  private void keep(Route route, ServiceWaker waking) {
    wakings.putIfAbsent(route.upstream(), waking);
  }

  /** Whether a request waits for the service. */
  boolean isAwaited(Route route) {
    ServiceWaker waking = wakings.get(route.upstream());
    return waking != null && !waking.rests();
  }

  /** The request waits no more, and is told nothing. */
  public void leave(Route route, Waiter waiter) {
    ServiceWaker waking = wakings.get(route.upstream());
    if (waking != null) {
      waking.leave(waiter);
    }
  }

  /** What a request that waited in vain may be told of how far its service got. */
  public String progress(Route route) {
    ServiceWaker waking = wakings.get(route.upstream());
    return waking == null ? "" : waking.progress();
  }

  /** What a request may be told that waited in vain for an instance to take its connection. */
  public String refusal(Route route) {
    ServiceWaker waking = wakings.get(route.upstream());
    return waking == null ? "" : waking.refusal();
  }

  private ServiceWaker waking(Upstream upstream) {
    return new ServiceWaker(
        upstream,
        claim -> new ScaleFromZero(claim, nomad, locks, probes, clock),
        new Knocking(upstream, probes, threads, clock),
        announcements,
        threads,
        clock);
  }

  private void tellWakers() {
    Set<Upstream> current = routes.all().stream().map(Route::upstream).collect(Collectors.toSet());
    wakings.values().forEach(ServiceWaker::awakeIfThereIsAnInstance);
    wakings
        .entrySet()
        .removeIf(each -> !current.contains(each.getKey()) && each.getValue().rests());
  }

  @PreDestroy
  void close() {
    threads.shutdownNow();
  }
}
