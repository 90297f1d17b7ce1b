package zaguan.gateway.scaling;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import zaguan.discovery.balancing.Endpoint;
import zaguan.discovery.balancing.Upstream;

/**
 * The requests that all instances of a service refused, and one thread that tries for them whether
 * an instance takes a connection now: Nomad registers a service without a check before the process
 * listens, and a process that was killed is back a moment later at the same port.
 */
final class Knocking {

  private static final Logger LOG = LoggerFactory.getLogger(Knocking.class);

  /** The pause before each try, even the first: a refused request must not run in circles. */
  private static final Duration BETWEEN = Duration.ofMillis(50);

  /** How many instances are tried at once; of more, others each time. */
  private static final int TOGETHER = 16;

  private static final Duration BETWEEN_LINES = Duration.ofSeconds(10);

  private final Upstream upstream;
  private final Probes probes;
  private final ExecutorService threads;
  private final LongSupplier clock;

  @GuardedBy("this")
  private final Set<Waiter> waiters = new LinkedHashSet<>();

  @GuardedBy("this")
  private boolean busy;

  private volatile boolean said;

  @GuardedBy("this")
  private @Nullable Long saidAt;

  Knocking(Upstream upstream, Probes probes, ExecutorService threads, LongSupplier clock) {
    this.upstream = upstream;
    this.probes = probes;
    this.threads = threads;
    this.clock = clock;
  }

  /**
   * @param most how many may wait at once
   * @return null if it waits; else why not
   */
  synchronized @Nullable WakeFailure await(int most, Waiter waiter) {
    if (waiters.size() >= most) {
      return new WakeFailure(
          progress() + " " + most + " requests wait for that, as many as may.",
          Duration.ofSeconds(1));
    }
    waiters.add(waiter);
    if (!busy) {
      busy = true;
      say();
      threads.execute(this::knock);
    }
    return null;
  }

  synchronized void leave(Waiter waiter) {
    waiters.remove(waiter);
  }

  synchronized boolean rests() {
    return waiters.isEmpty() && !busy;
  }

  /** A sentence, for people. */
  String progress() {
    List<Endpoint> endpoints = upstream.list();
    String service = upstream.service();
    return endpoints.size() == 1
        ? "The instance of %s at %s takes no connection."
            .formatted(service, endpoints.getFirst().address())
        : "None of the %d instances of %s takes a connection.".formatted(endpoints.size(), service);
  }

  @GuardedBy("this")
  private void say() {
    long now = clock.getAsLong();
    if (saidAt == null || now - saidAt > BETWEEN_LINES.toNanos()) {
      saidAt = now;
      said = true;
      LOG.warn("{} Requests wait until it does.", progress());
    }
  }

  private void knock() {
    try {
      for (int round = 0; goesOn(); round++) {
        Thread.sleep(BETWEEN);
        List<Endpoint> endpoints = upstream.list();
        // If there is no instance, the request finds that out, and has the service woken.
        if (endpoints.isEmpty() || anyAccepts(endpoints, round)) {
          tell();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      fail();
    } catch (RejectedExecutionException stopped) {
      fail();
    }
  }

  private boolean anyAccepts(List<Endpoint> endpoints, int round) throws InterruptedException {
    List<Callable<Endpoint>> tries = new ArrayList<>();
    for (int i = 0; i < Math.min(TOGETHER, endpoints.size()); i++) {
      Endpoint endpoint = endpoints.get((round * TOGETHER + i) % endpoints.size());
      tries.add(() -> requireAccepting(endpoint));
    }
    try {
      Endpoint endpoint = threads.invokeAny(tries);
      if (said) {
        LOG.info("{} at {} takes connections", upstream.service(), endpoint.address());
      }
      said = false;
      return true;
    } catch (ExecutionException none) {
      return false;
    }
  }

  private Endpoint requireAccepting(Endpoint endpoint) throws IOException, InterruptedException {
    if (!probes.connection(endpoint.host(), endpoint.port()).isReady()) {
      throw new IOException("refused");
    }
    return endpoint;
  }

  private synchronized boolean goesOn() {
    busy = !waiters.isEmpty();
    return busy;
  }

  private synchronized void tell() {
    List<Waiter> all = List.copyOf(waiters);
    waiters.clear();
    all.forEach(Waiter::awake);
  }

  private synchronized void fail() {
    busy = false;
    WakeFailure why = new WakeFailure("The gateway stops.", Duration.ofSeconds(1));
    waiters.forEach(waiter -> waiter.failed(why));
    waiters.clear();
  }
}
