package zaguan.gateway.transport;

import io.micronaut.core.async.publisher.Publishers;
import io.micronaut.health.HealthStatus;
import io.micronaut.management.health.indicator.HealthIndicator;
import io.micronaut.management.health.indicator.HealthResult;
import io.micronaut.management.health.indicator.annotation.Readiness;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.function.LongSupplier;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import zaguan.discovery.settings.TimeAndChance;
import zaguan.gateway.settings.GatewaySettings;

/**
 * The end of a gateway, without a lost request: it is not ready any more, so that the front door
 * leaves it; then it finishes what it has; only then it may go. Micronaut would close its event
 * loops first.
 */
@Singleton
@Readiness
public final class Drain implements HealthIndicator {

  private static final Logger LOG = LoggerFactory.getLogger(Drain.class);

  private static final Duration LOOK = Duration.ofMillis(50);

  private final Transport transport;
  private final GatewaySettings configuration;
  private final LongSupplier clock;
  private volatile boolean begun;

  Drain(Transport transport, GatewaySettings configuration, TimeAndChance timeAndChance) {
    this.transport = transport;
    this.configuration = configuration;
    clock = timeAndChance.nanoTime();
  }

  /**
   * Returns when nothing is under way any more, or {@code gateway.finish} is over. Waits; not for
   * an event loop.
   *
   * @throws InterruptedException if the thread is interrupted; the rest is then cut off
   */
  public void run() throws InterruptedException {
    begun = true;
    LOG.info("Told to stop: not ready from now on, so that the front door leaves");
    Thread.sleep(configuration.leave());
    transport
        .loops()
        .forEach(loop -> loop.eventLoop().execute(() -> loop.drain(configuration.finish())));
    long deadline = clock.getAsLong() + configuration.finish().toNanos();
    int busy = busy();
    while (busy > 0 && clock.getAsLong() - deadline < 0) {
      Thread.sleep(LOOK);
      busy = busy();
    }
    if (busy > 0) {
      LOG.warn("{} requests are cut off: gateway.finish is over", busy);
    }
  }

  @Override
  public Publisher<HealthResult> getResult() {
    return Publishers.just(
        HealthResult.builder("drain", begun ? HealthStatus.DOWN : HealthStatus.UP).build());
  }

  private int busy() throws InterruptedException {
    int busy = 0;
    for (Loop loop : transport.loops()) {
      try {
        busy += loop.eventLoop().submit(loop::busy).get();
      } catch (ExecutionException e) {
        throw new IllegalStateException(e.getCause());
      }
    }
    return busy;
  }
}
