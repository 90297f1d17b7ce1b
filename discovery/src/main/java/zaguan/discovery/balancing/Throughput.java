package zaguan.discovery.balancing;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The most that was answered within one second of late. Any thread; none waits. */
final class Throughput {

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  /** What is left of it after each second, so that one without requests does not count. */
  private static final double FADED = 0.98;

  private final AtomicInteger count = new AtomicInteger();
  private volatile long since;
  private volatile double most;

  Throughput(long now) {
    since = now;
  }

  void answered(long now) {
    count.incrementAndGet();
    if (now - since >= SECOND) {
      turn(now);
    }
  }

  double perSecond() {
    return most;
  }

  private synchronized void turn(long now) {
    double seconds = (double) (now - since) / SECOND;
    if (seconds >= 1) {
      most = Math.max(count.getAndSet(0) / seconds, most * Math.pow(FADED, seconds));
      since = now;
    }
  }
}
