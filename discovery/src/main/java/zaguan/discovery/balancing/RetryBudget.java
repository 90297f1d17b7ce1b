package zaguan.discovery.balancing;

import com.google.errorprone.annotations.concurrent.GuardedBy;

/**
 * How many requests may be sent again: 20 % of all, and 10 a second besides, so that retries cannot
 * make an outage worse. Saved up to 100. As in <a
 * href="https://twitter.github.io/finagle/guide/Clients.html#retries">Finagle</a>. Any thread.
 */
public final class RetryBudget {

  private static final double SHARE = 0.2;
  private static final double EACH_SECOND = 10;
  private static final double MOST = 100;

  @GuardedBy("this")
  private double saved = EACH_SECOND;

  @GuardedBy("this")
  private long last;

  /**
   * @param now in nanoseconds, by the clock of {@link #spend}
   */
  public RetryBudget(long now) {
    last = now;
  }

  /** A request was let in, of which a part is saved. */
  public synchronized void requested() {
    saved = Math.min(MOST, saved + SHARE);
  }

  /**
   * Takes what one more sending costs.
   *
   * @param now in nanoseconds
   * @return false if not enough is left
   */
  public synchronized boolean spend(long now) {
    saved = Math.min(MOST, saved + Math.max(0, now - last) / 1e9 * EACH_SECOND);
    last = now;
    if (saved < 1) {
      return false;
    }
    saved -= 1;
    return true;
  }
}
