package zaguan.stack;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Asks again until it is so. */
final class Waiting {

  private static final long GAP_MILLIS = 100;

  private Waiting() {}

  /** Whether it became so within the bound. */
  static boolean until(Duration bound, BooleanSupplier condition) {
    long end = System.nanoTime() + bound.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end >= 0) {
        return false;
      }
      try {
        Thread.sleep(GAP_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new StackFailure("interrupted", e);
      }
    }
    return true;
  }
}
