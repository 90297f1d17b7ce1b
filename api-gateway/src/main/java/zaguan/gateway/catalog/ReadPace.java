package zaguan.gateway.catalog;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** How often all services may be read again: a twentieth of the time, at the most. Any thread. */
final class ReadPace {

  private static final Duration LEAST_PAUSE = Duration.ofSeconds(1);
  private static final int PAUSE_FACTOR = 20;

  private final InstantSource clock;

  @GuardedBy("this")
  private Instant next = Instant.MIN;

  ReadPace(InstantSource clock) {
    this.clock = clock;
  }

  /** The soonest moment at which all may be read. */
  synchronized Instant next() {
    Instant now = clock.instant();
    return next.isAfter(now) ? next : now;
  }

  /** All services were read; the reading began at that moment. */
  synchronized void wasRead(Instant start) {
    Instant end = clock.instant();
    Duration pause = Duration.between(start, end).multipliedBy(PAUSE_FACTOR);
    next = end.plus(pause.compareTo(LEAST_PAUSE) < 0 ? LEAST_PAUSE : pause);
  }
}
