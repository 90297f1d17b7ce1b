package zaguan.discovery.balancing;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/** For how long a service has had nothing to do. Any thread. */
final class Activity {

  private final LongSupplier clock;
  private final AtomicInteger underWay = new AtomicInteger();
  private volatile long used;

  /**
   * @param clock in nanoseconds
   */
  Activity(LongSupplier clock) {
    this.clock = clock;
    used = clock.getAsLong();
  }

  /** A request is under way at an instance. */
  void begun() {
    underWay.incrementAndGet();
  }

  /** It is no more. */
  void ended() {
    used = clock.getAsLong();
    underWay.decrementAndGet();
  }

  /** An instance has come or gone. */
  void changed() {
    used = clock.getAsLong();
  }

  /** Nanoseconds; 0 while a request is under way. */
  long idle() {
    return underWay.get() > 0 ? 0 : Math.max(0, clock.getAsLong() - used);
  }
}
