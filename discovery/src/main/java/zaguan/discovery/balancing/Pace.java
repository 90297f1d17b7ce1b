package zaguan.discovery.balancing;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Whether the body of a request comes as fast as it must. Not in each second, since a line may be
 * away for some: each byte gives its sender time, and one who was on time may fall {@link #BEHIND}
 * behind. What came sooner than it had to gives no more than that: else a quick beginning would be
 * followed by hours of a byte now and then. One thread.
 */
final class Pace {

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final long BEHIND = 30 * SECOND;

  private final long leastRate;

  /** When more must have come; by the clock of {@code now}. */
  private long due;

  private long looked;

  private Pace(long leastRate, long now) {
    this.leastRate = leastRate;
    due = now + BEHIND;
    looked = now;
  }

  /**
   * @param leastRate bytes a second; 0 for none
   * @return null if there is none
   */
  static @Nullable Pace of(long leastRate, long now) {
    return leastRate == 0 ? null : new Pace(leastRate, now);
  }

  void came(int bytes, long now) {
    due = now + Math.min(due - now + bytes * SECOND / leastRate, BEHIND);
  }

  /**
   * To be asked now and then.
   *
   * @param taken whether what comes is taken at present; else the sender can do nothing
   */
  boolean tooSlow(boolean taken, long now) {
    if (!taken) {
      due += now - looked;
    }
    looked = now;
    return now - due > 0;
  }
}
