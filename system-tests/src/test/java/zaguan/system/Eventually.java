package zaguan.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.Callable;

/** Waits for what the platform does by itself. */
final class Eventually {

  /** Longer than the healthy_deadline of the job files. */
  static final Duration DEPLOYMENT = Duration.ofSeconds(150);

  private static final Duration LONG = Duration.ofSeconds(60);

  private Eventually() {}

  static <T> void is(Callable<T> what, T expected) {
    within(LONG, what, expected);
  }

  static <T> void within(Duration bound, Callable<T> what, T expected) {
    await()
        .atMost(bound)
        .pollInterval(Duration.ofMillis(50))
        .pollDelay(Duration.ZERO)
        .untilAsserted(() -> assertThat(what.call()).isEqualTo(expected));
  }
}
