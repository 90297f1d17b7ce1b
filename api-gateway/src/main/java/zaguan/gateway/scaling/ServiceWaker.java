package zaguan.gateway.scaling;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import zaguan.discovery.balancing.Upstream;
import zaguan.gateway.catalog.JobGroup;
import zaguan.gateway.routing.Route;

/**
 * One service that sleeps or wakes, and the requests that wait for it. While requests wait, one
 * thread asks Nomad and looks for the instance. After a failure it pauses; the pause doubles with
 * each failure.
 */
final class ServiceWaker {

  private static final Logger LOG = LoggerFactory.getLogger(ServiceWaker.class);

  private static final long LONGEST_PAUSE_SECONDS = 30;

  /** Nomad may be without a leader for so long, or a connection may break. */
  private static final Duration FORGIVEN = Duration.ofSeconds(5);

  private static final Duration BETWEEN = Duration.ofMillis(100);

  private final String service;
  private final Upstream upstream;
  private final Function<Claim, ScaleFromZero> efforts;
  private final Knocking knocking;
  private final Announcements announcements;
  private final ExecutorService threads;
  private final LongSupplier clock;

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

  /**
   * @param efforts makes a new effort to have an instance of this service
   */
  ServiceWaker(
      Upstream upstream,
      Function<Claim, ScaleFromZero> efforts,
      Knocking knocking,
      Announcements announcements,
      ExecutorService threads,
      LongSupplier clock) {
    this.upstream = upstream;
    service = upstream.service();
    this.efforts = efforts;
    this.knocking = knocking;
    this.announcements = announcements;
    this.threads = threads;
    this.clock = clock;
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
      threads.execute(() -> wake(new Claim(service, group, route.isPublic())));
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
  synchronized void awakeIfThereIsAnInstance() {
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

  private void wake(Claim claim) {
    ScaleFromZero current = efforts.apply(claim);
    wakeUp = current;
    try {
      while (goesOn()) {
        ScaleFromZero.Ready ready = step(current);
        if (ready != null) {
          upstream.woken(ready.instance());
          announcements.announce(ready.instance(), ready.probe());
          Thread.sleep(BETWEEN); // Those that wait are told meanwhile.
        }
      }
    } catch (CannotWakeException e) {
      fail(e.reason());
    } catch (IOException e) {
      fail(current.withoutNomad(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      fail("The gateway stops.");
    } catch (Throwable e) { // Or nobody would ever try again.
      LOG.error("{} cannot be woken", service, e);
      fail("The gateway failed; its log says why.");
    }
  }

  /** One step. Once the waking is under way, it asks again if Nomad does not answer. */
  private ScaleFromZero.@Nullable Ready step(ScaleFromZero current)
      throws IOException, InterruptedException, CannotWakeException {
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
      return; // It came all the same, and those that waited were told.
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
}
