package zaguan.stack;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Asks again and again until the answer is yes. */
final class Waiting {

  private static final long GAP_MILLIS = 100;

  private Waiting() {}

  /** Whether the answer was yes within the bound. */
  static boolean until(Duration bound, BooleanSupplier condition) {
    return until(bound, Duration.ofMillis(GAP_MILLIS), condition);
  }

  /** As above, with a pause of {@code gap} between two questions. */
  static boolean until(Duration bound, Duration gap, BooleanSupplier condition) {
    long end = System.nanoTime() + bound.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end >= 0) {
        return false;
      }
      try {
        Thread.sleep(gap);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new StackFailure("interrupted", e);
      }
    }
    return true;
  }
}
