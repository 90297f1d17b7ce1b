package zaguan.gateway.balancing;

import com.netflix.concurrency.limits.limit.Gradient2Limit;
import com.netflix.concurrency.limits.limit.WindowedLimit;
import com.netflix.concurrency.limits.limit.window.PercentileSampleWindowFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * How many requests of a service may wait for their response at once. It falls when responses take
 * longer than they use to, and grows while they do not: <a
 * href="https://github.com/Netflix/concurrency-limits">Netflix's Gradient2</a>, over windows of a
 * tenth of a second. Any thread; none waits.
 *
 * <p>It goes by the median, since a few slow instances move the mean of all far, and are no reason
 * to refuse what the others could answer.
 */
final class ConcurrencyLimit {

  private static final int LEAST = 20;

  /** Or twice what was needed so far; less than half in use moves nothing, so more is no limit. */
  private static final int AT_FIRST = 400;

  private static final long NONE = Long.MIN_VALUE;
  private static final long WINDOW_MILLIS = 100;

  /**
   * From the first request: a JVM that has just begun to serve takes many times as long as it will,
   * and what it is slow at first is no overload.
   */
  private static final long SETTLE = TimeUnit.SECONDS.toNanos(5);

  /** Of a window; its median is not better known by more. */
  private static final int SAMPLES = 100;

  /** Slower by less than this factor is no overload: a new version, or other requests, may be. */
  private static final double TOLERANCE = 2;

  /** How far the limit moves towards its goal in each window. */
  private static final double SMOOTHING = 0.5;

  /**
   * The goal is above what is there by this part, so that the limit doubles within a second while
   * it is needed: the library's 4 at a time would take a minute from 200 to 600.
   */
  private static final double GROWTH = 0.2;

  /** The library compares times with 0, and {@code nanoTime} may be less. */
  private final long origin;

  private final int most;
  private final AtomicInteger waiting = new AtomicInteger();
  private volatile long first = NONE;

  /** How many waited at once before there was a limit. */
  private volatile int needed;

  private volatile @Nullable WindowedLimit limit;

  ConcurrencyLimit(int most, long now) {
    origin = now;
    this.most = most;
  }

  boolean enter() {
    if (waiting.incrementAndGet() > current()) {
      waiting.decrementAndGet();
      return false;
    }
    return true;
  }

  /** A response began, or came too late. */
  void answered(long started, long now) {
    int together = waiting.getAndDecrement();
    if (first == NONE) {
      first = started;
    }
    if (now - first >= SETTLE) {
      limit().onSample(started - origin, now - started, together, false);
    } else if (together > needed) {
      needed = together;
    }
  }

  /** The instances are all new. */
  synchronized void restart() {
    first = NONE;
    needed = 0;
    limit = null;
  }

  /** It ended in a way that says nothing of the load. */
  void left() {
    waiting.decrementAndGet();
  }

  int current() {
    WindowedLimit current = limit;
    return current == null ? most : current.getLimit();
  }

  private WindowedLimit limit() {
    WindowedLimit current = limit;
    return current == null ? create() : current;
  }

  private synchronized WindowedLimit create() {
    WindowedLimit current = limit;
    if (current == null) {
      current =
          WindowedLimit.newBuilder()
              .minWindowTime(WINDOW_MILLIS, TimeUnit.MILLISECONDS)
              .maxWindowTime(WINDOW_MILLIS, TimeUnit.MILLISECONDS)
              .sampleWindowFactory(PercentileSampleWindowFactory.of(0.5, SAMPLES))
              .build(
                  Gradient2Limit.newBuilder()
                      .minLimit(Math.min(LEAST, most))
                      .initialLimit(Math.min(Math.max(AT_FIRST, 2 * needed), most))
                      .maxConcurrency(most)
                      .rttTolerance(TOLERANCE)
                      .smoothing(SMOOTHING)
                      .queueSizeFunction(limit -> Math.max(4, (int) (GROWTH * limit)))
                      .build());
      limit = current;
    }
    return current;
  }
}
