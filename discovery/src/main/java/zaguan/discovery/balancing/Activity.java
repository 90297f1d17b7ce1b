package zaguan.discovery.balancing;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/** For how long a service has had nothing to do. Any thread. */
final class Activity {

  private final LongSupplier clock;
  private final AtomicInteger underWay = new AtomicInteger();
  private volatile long usedAt;

  /**
   * @param clock in nanoseconds
   */
  Activity(LongSupplier clock) {
    this.clock = clock;
    usedAt = clock.getAsLong();
  }

  /** A request is under way at an instance. */
  void begun() {
    underWay.incrementAndGet();
  }

  /** It is no more. */
  void ended() {
    usedAt = clock.getAsLong();
    underWay.decrementAndGet();
  }

  /** It was called by somebody who does not count here, or an instance has come or gone. */
  void used() {
    usedAt = clock.getAsLong();
  }

  /** Nanoseconds; 0 while a request is under way. */
  long idle() {
    return underWay.get() > 0 ? 0 : Math.max(0, clock.getAsLong() - usedAt);
  }
}
