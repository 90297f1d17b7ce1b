package zaguan.gateway.routing;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes each problem of registrations to the log when it is new. New problems again and again must
 * not fill the disk: beyond a bound, they are only counted. One thread at a time.
 */
final class ProblemLog {

  private static final Logger LOG = LoggerFactory.getLogger(ProblemLog.class);

  private static final int MOST_LINES = 20;

  /** The time in which at most that many lines are written. */
  private static final Duration PERIOD = Duration.ofSeconds(10);

  private final LongSupplier clock;
  private final Consumer<String> log;
  private Set<String> known = Set.of();
  private long began;
  private int lines;
  private int left;

  ProblemLog(LongSupplier clock) {
    this(clock, LOG::warn);
  }

  ProblemLog(LongSupplier clock, Consumer<String> log) {
    this.clock = clock;
    this.log = log;
    began = clock.getAsLong();
  }

  /**
   * @param problems all that there are now
   */
  void write(List<String> problems) {
    long now = clock.getAsLong();
    if (now - began >= PERIOD.toNanos()) {
      if (left > 0) {
        log.accept(left + " more problems of registrations; GET / lists those that there are now");
      }
      began = now;
      lines = 0;
      left = 0;
    }
    for (String problem : problems) {
      if (!known.contains(problem)) {
        if (lines < MOST_LINES) {
          lines++;
          log.accept(problem);
        } else {
          left++;
        }
      }
    }
    known = new HashSet<>(problems);
  }
}
