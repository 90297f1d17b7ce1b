package zaguan.gateway.scaling;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.function.LongSupplier;
import zaguan.discovery.catalog.Instance;
import zaguan.gateway.catalog.Catalog;

/**
 * Has the catalog list instances that are ready before Consul lists them: Consul's next check may
 * be as far away as its interval is long. Any thread; none waits.
 */
final class Announcements {

  /** By then Consul has found the instance healthy; if not, the next request has it asked again. */
  private static final Duration ANNOUNCED = Duration.ofSeconds(15);

  /** The pause after which it is asked again whether it is still ready. */
  private static final Duration AGAIN = Duration.ofMillis(500);

  private final Catalog catalog;
  private final ExecutorService threads;
  private final LongSupplier clock;

  Announcements(Catalog catalog, ExecutorService threads, LongSupplier clock) {
    this.catalog = catalog;
    this.threads = threads;
    this.clock = clock;
  }

  /** Announces the instance until Consul lists it, or it is not ready any more. */
  void announce(Instance instance, Probe probe) {
    catalog.announce(instance);
    threads.execute(() -> watch(instance, probe));
  }

  private void watch(Instance instance, Probe probe) {
    long began = clock.getAsLong();
    try {
      do {
        Thread.sleep(AGAIN);
      } while (catalog.isAnnounced(instance)
          && clock.getAsLong() - began < ANNOUNCED.toNanos()
          && probe.isReady());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      catalog.withdraw(instance);
    }
  }
}
