package zaguan.discovery.balancing;

import com.google.errorprone.annotations.concurrent.GuardedBy;

/**
 * How long an instance takes to begin a response: a moving average that weighs a sample by the time
 * since the one before, and that an instance which answers nothing at all raises too.
 *
 * <p>It is peak-sensitive as <a
 * href="https://linkerd.io/2016/03/16/beyond-round-robin-load-balancing-for-latency/">peak EWMA</a>
 * is, rising faster than it falls, with two differences. A sample does not replace the average: one
 * pause for garbage collection would turn an instance away for many seconds, and a canary would not
 * get its share. And silence counts while it lasts, not when it ends, so that a frozen instance is
 * left after its first request or two.
 *
 * <p>Without samples the average fades, so that an instance that was slow is tried again: by one
 * request, since while that waits nothing fades. Soon after a single pause; later and later while
 * each answer is as slow as the ones before.
 */
final class Latency {

  private static final double RISE = 1e9;
  private static final double FALL = 2e9;
  private static final double SLOWEST_FALL = 8e9;

  /**
   * Silence up to this long says nothing: a busy machine makes as much, and only of those that have
   * requests. An idle canary would seem to be the only fast one.
   */
  private static final double PAUSE = 30e6;

  /** Of an instance that has not answered yet: nothing is known. */
  static final double UNKNOWN = -1;

  @GuardedBy("this")
  private double average = UNKNOWN;

  @GuardedBy("this")
  private double fall = FALL;

  @GuardedBy("this")
  private long sampled;

  @GuardedBy("this")
  private int waiting;

  @GuardedBy("this")
  private long silentSince;

  synchronized void asked(long now) {
    if (waiting++ == 0) {
      silentSince = now;
    }
  }

  /** A response began: the instance is alive. */
  synchronized void answered(long now, long took) {
    waiting--;
    silentSince = now;
    sample(now, took);
  }

  /** It failed quickly, or well: that must not make it look fast. */
  synchronized void failed(long now, long took) {
    waiting--;
    silentSince = now;
    if (took > average) {
      sample(now, took);
    }
  }

  /** Nobody waits for it any more; it took that long at least. */
  synchronized void abandoned(long now, long took) {
    waiting--;
    if (took > average) {
      sample(now, took);
    }
  }

  /** Nanoseconds, or {@link #UNKNOWN}. */
  synchronized double at(long now) {
    if (waiting == 0) {
      return average < 0 ? average : average * Math.exp((sampled - now) / fall);
    }
    double silence = now - silentSince;
    return silence > PAUSE ? Math.max(average, silence) : average;
  }

  @GuardedBy("this")
  private void sample(long now, long took) {
    if (average < 0) {
      average = took;
    } else {
      // The time that the request itself took has passed, even if others were answered in it.
      double passed = Math.max(now - sampled, 0);
      double weight = -Math.expm1(-passed / (took > average ? RISE : fall));
      boolean stillSlow = passed > fall && took > average / 2;
      fall = stillSlow ? Math.min(2 * fall, SLOWEST_FALL) : FALL;
      average += weight * (took - average);
    }
    sampled = now;
  }
}
