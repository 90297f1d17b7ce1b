package zaguan.gateway.scaling;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import zaguan.gateway.catalog.Catalog;
import zaguan.gateway.catalog.Instance;

/**
 * Has the catalog list instances that are ready before Consul does, whose next check is up to its
 * interval away. Any thread; none waits.
 */
final class Announcements {

  private static final Logger LOG = LoggerFactory.getLogger(Announcements.class);

  /** Consul has found it healthy by then; or it is asked again when a request waits. */
  private static final Duration ANNOUNCED = Duration.ofSeconds(15);

  /** How often it is asked until then whether it is ready still. */
  private static final Duration AGAIN = Duration.ofMillis(500);

  private final Catalog catalog;
  private final ExecutorService threads;
  private final LongSupplier clock;

  Announcements(Catalog catalog, ExecutorService threads, LongSupplier clock) {
    this.catalog = catalog;
    this.threads = threads;
    this.clock = clock;
  }

  /** Until Consul lists it, or it is gone again. */
  void announce(Instance instance, Probe probe) {
    LOG.info("{} at {} is ready", instance.service(), instance.address());
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
