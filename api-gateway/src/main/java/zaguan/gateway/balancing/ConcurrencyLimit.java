package zaguan.gateway.balancing;

import com.netflix.concurrency.limits.limit.Gradient2Limit;
import com.netflix.concurrency.limits.limit.WindowedLimit;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many requests of a service may wait for their response at once. It falls when responses take
 * longer than they use to, and grows while they do not: <a
 * href="https://github.com/Netflix/concurrency-limits">Netflix's Gradient2</a>, over windows of a
 * tenth of a second. Any thread; none waits.
 */
final class ConcurrencyLimit {

  private static final int LEAST = 20;
  private static final int AT_FIRST = 200;
  private static final long WINDOW_MILLIS = 100;

  /** The library compares times with 0, and {@code nanoTime} may be less. */
  private final long origin;

  private final WindowedLimit limit;
  private final AtomicInteger waiting = new AtomicInteger();

  ConcurrencyLimit(int most, long now) {
    origin = now;
    limit =
        WindowedLimit.newBuilder()
            .minWindowTime(WINDOW_MILLIS, TimeUnit.MILLISECONDS)
            .maxWindowTime(WINDOW_MILLIS, TimeUnit.MILLISECONDS)
            .build(
                Gradient2Limit.newBuilder()
                    .minLimit(Math.min(LEAST, most))
                    .initialLimit(Math.min(AT_FIRST, most))
                    .maxConcurrency(most)
                    .build());
  }

  boolean enter() {
    if (waiting.incrementAndGet() > limit.getLimit()) {
      waiting.decrementAndGet();
      return false;
    }
    return true;
  }

  /** A response began, or came too late. */
  void answered(long started, long now) {
    limit.onSample(started - origin, now - started, waiting.getAndDecrement(), false);
  }

  /** It ended in a way that says nothing of the load. */
  void left() {
    waiting.decrementAndGet();
  }

  int current() {
    return limit.getLimit();
  }
}
