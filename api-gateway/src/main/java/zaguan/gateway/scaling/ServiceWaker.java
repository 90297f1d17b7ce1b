package zaguan.gateway.scaling;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import zaguan.gateway.balancing.Upstream;
import zaguan.gateway.catalog.Catalog;
import zaguan.gateway.catalog.Instance;
import zaguan.gateway.catalog.JobGroup;
import zaguan.gateway.consul.Locks;
import zaguan.gateway.nomad.NomadApi;
import zaguan.gateway.routing.Route;

/**
 * One service that sleeps or wakes, and the requests that wait for it. While some do, one thread
 * asks Nomad and looks for the instance; after a failure none does for a pause that doubles.
 */
final class ServiceWaker {

  private static final Logger LOG = LoggerFactory.getLogger(ServiceWaker.class);

  private static final long LONGEST_PAUSE_SECONDS = 30;

  /** Nomad may be without a leader for so long, or a connection may break. */
  private static final Duration FORGIVEN = Duration.ofSeconds(5);

  private static final Duration BETWEEN = Duration.ofMillis(100);

  /** Consul has found it healthy by then; or it is asked again when a request waits. */
  private static final Duration ANNOUNCED = Duration.ofSeconds(15);

  /** How often it is asked until then whether it is ready still. */
  private static final Duration AGAIN = Duration.ofMillis(500);

  private final String service;
  private final Upstream upstream;
  private final Catalog catalog;
  private final NomadApi nomad;
  private final Locks locks;
  private final Probes probes;
  private final ExecutorService threads;
  private final LongSupplier clock;
  private final Knocking knocking;

  @GuardedBy("this")
  private final Set<Waiter> waiters = new LinkedHashSet<>();

  @GuardedBy("this")
  private boolean busy;

  @GuardedBy("this")
  private int failures;

  @GuardedBy("this")
  private @Nullable WakeFailure failure;

  @GuardedBy("this")
  private long failedAt;

  private volatile @Nullable ScaleFromZero wakeUp;

  ServiceWaker(
      Upstream upstream,
      Catalog catalog,
      NomadApi nomad,
      Locks locks,
      Probes probes,
      ExecutorService threads,
      LongSupplier clock) {
    this.upstream = upstream;
    service = upstream.service();
    this.catalog = catalog;
    this.nomad = nomad;
    this.locks = locks;
    this.probes = probes;
    this.threads = threads;
    this.clock = clock;
    knocking = new Knocking(upstream, probes, threads, clock);
  }

  /** All instances have refused the request's connection. */
  @Nullable WakeFailure awaitAcceptance(Route route, Waiter waiter) {
    return knocking.await(route.settings().wakeQueue(), waiter);
  }

  synchronized @Nullable WakeFailure await(Route route, JobGroup group, Waiter waiter) {
    if (hasInstance()) {
      waiter.awake();
      return null;
    }
    if (failure != null) {
      Duration left = failure.retryAfter().minusNanos(clock.getAsLong() - failedAt);
      if (left.isPositive()) {
        return new WakeFailure(failure.reason(), left);
      }
    }
    int most = route.settings().wakeQueue();
    if (waiters.size() >= most) {
      return new WakeFailure(
          service + " is waking up, and " + most + " requests wait for it, as many as may.",
          Duration.ofSeconds(1));
    }
    waiters.add(waiter);
    if (!busy) {
      busy = true;
      threads.execute(() -> wake(group));
    }
    return null;
  }

  void leave(Waiter waiter) {
    knocking.leave(waiter);
    synchronized (this) {
      waiters.remove(waiter);
    }
  }

  /** The upstream may have an instance now. */
  synchronized void follow() {
    if (hasInstance()) {
      failures = 0;
      failure = null;
      List<Waiter> awake = List.copyOf(waiters);
      waiters.clear();
      awake.forEach(Waiter::awake);
    }
  }

  /** Nobody waits, and nothing is being done. */
  boolean rests() {
    synchronized (this) {
      if (!waiters.isEmpty() || busy) {
        return false;
      }
    }
    return knocking.rests();
  }

  String progress() {
    ScaleFromZero current = wakeUp;
    return current == null ? "" : current.progress();
  }

  String refusal() {
    return knocking.progress();
  }

  private boolean hasInstance() {
    return !upstream.list().isEmpty();
  }

  private void wake(JobGroup group) {
    ScaleFromZero current = new ScaleFromZero(service, group, nomad, locks, probes, clock);
    wakeUp = current;
    try {
      while (goesOn()) {
        ScaleFromZero.Ready ready = step(current);
        if (ready != null) {
          announce(ready);
          Thread.sleep(BETWEEN); // Who waits is told meanwhile.
        }
      }
    } catch (ScaleFromZero.Failed e) {
      fail(e.reason());
    } catch (IOException e) {
      fail("Nomad at " + nomad.address() + " cannot be asked to wake it: " + reason(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      fail("The gateway stops.");
    } catch (Throwable e) { // Or nobody would ever try again.
      LOG.error("{} cannot be woken", service, e);
      fail("The gateway failed; its log says why.");
    }
  }

  /** One step; once Nomad was asked, a question that it does not answer is asked again. */
  private ScaleFromZero.@Nullable Ready step(ScaleFromZero current)
      throws IOException, InterruptedException, ScaleFromZero.Failed {
    long began = clock.getAsLong();
    while (true) {
      try {
        return current.step();
      } catch (IOException e) {
        if (!current.isUnderWay() || clock.getAsLong() - began > FORGIVEN.toNanos()) {
          throw e;
        }
        LOG.debug("{} is being woken, and Nomad does not answer", service, e);
        Thread.sleep(BETWEEN);
      }
    }
  }

  private synchronized boolean goesOn() {
    busy = !waiters.isEmpty();
    return busy;
  }

  private synchronized void fail(String reason) {
    busy = false;
    if (hasInstance()) {
      return; // It came all the same, and who waited was told.
    }
    long pause = Math.min(LONGEST_PAUSE_SECONDS, 1L << Math.min(failures, 10));
    failures++;
    failure =
        new WakeFailure(
            service + " sleeps and does not wake. " + reason, Duration.ofSeconds(pause));
    failedAt = clock.getAsLong();
    LOG.warn("{} does not wake, and is not tried for {} s: {}", service, pause, reason);
    for (Waiter waiter : waiters) {
      waiter.failed(failure);
    }
    waiters.clear();
  }

  /** Until Consul lists it, whose next check is up to its interval away, or it is gone again. */
  private void announce(ScaleFromZero.Ready ready) {
    Instance instance = ready.instance();
    LOG.info("{} at {} is ready", service, instance.address());
    catalog.announce(instance);
    threads.execute(
        () -> {
          long began = clock.getAsLong();
          try {
            do {
              Thread.sleep(AGAIN);
            } while (catalog.isAnnounced(instance)
                && clock.getAsLong() - began < ANNOUNCED.toNanos()
                && ready.probe().isReady());
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          } finally {
            catalog.withdraw(instance);
          }
        });
  }

  private static String reason(IOException e) {
    // The JDK's client leaves the words out.
    String said = e.getMessage() == null ? "it took no connection" : e.getMessage();
    return said + ".";
  }
}
