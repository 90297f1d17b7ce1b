package zaguan.discovery.consul;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to pause after a failure: a random time up to a bound that doubles with each failure in
 * a row. Full jitter, as in <a
 * href="https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/">Exponential
 * Backoff And Jitter</a>: gateways that lost Consul together do not come back together.
 */
public final class BackOff {

  private static final long FIRST_MILLIS = 100;

  /** Not longer: a gateway should serve soon after Consul is there. */
  private static final long LAST_MILLIS = 2_000;

  private final RandomGenerator random;
  private int failures;

  public BackOff(RandomGenerator random) {
    this.random = random;
  }

  public Duration afterFailure() {
    long bound = Math.min(LAST_MILLIS, FIRST_MILLIS << Math.min(failures, 10));
    failures++;
    return Duration.ofMillis(1 + random.nextLong(bound));
  }

  public void afterSuccess() {
    failures = 0;
  }
}
