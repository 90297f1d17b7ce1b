package zaguan.discovery.balancing;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** How long a call has waited for what. One thread. */
public final class Deadlines {

  /** What {@link #left} is while nobody can say. */
  public static final long UNKNOWN = Long.MAX_VALUE;

  private final long responseTimeout;
  private final long leastBodyRate;
  private final LongSupplier ticks;
  private final LongSupplier clock;

  /** Null while the body is not waited for, or may take its time. */
  private @Nullable Pace pace;

  /** When the last bytes passed, either way. */
  private long moved;

  private long complete;
  private boolean isComplete;

  /** How long the caller waits for the response to begin; null for as long as it takes. */
  private @Nullable Long callerWaitsUntil;

  /** How many bytes the slower side had not taken at the last look. */
  private long unread;

  /**
   * @param responseTimeout how long after a request is complete its response may begin
   * @param leastBodyRate bytes a second that a body must come with; 0 for none
   * @param ticks the time as of a moment ago, in nanoseconds: exact enough for what is idle
   * @param clock the time, in nanoseconds
   */
  public Deadlines(
      Duration responseTimeout, long leastBodyRate, LongSupplier ticks, LongSupplier clock) {
    this.responseTimeout = responseTimeout.toNanos();
    this.leastBodyRate = leastBodyRate;
    this.ticks = ticks;
    this.clock = clock;
    moved = ticks.getAsLong();
  }

  /**
   * The caller waits no longer than until then, whatever is waited for.
   *
   * @param moment in nanoseconds of the clock
   */
  public void callerWaitsUntil(long moment) {
    callerWaitsUntil = moment;
  }

  /** Whether the caller waits no more. */
  public boolean isCallerGone(long now) {
    return callerWaitsUntil != null && now - callerWaitsUntil >= 0;
  }

  /**
   * In how many nanoseconds the response must begin; {@link #UNKNOWN} if the request has not come
   * to its end, and its caller says no deadline.
   */
  public long left(long now) {
    long own = isComplete ? responseTimeout - (now - complete) : UNKNOWN;
    return callerWaitsUntil == null ? own : Math.min(own, callerWaitsUntil - now);
  }

  /** Bytes have passed, either way. */
  public void moved() {
    moved = ticks.getAsLong();
  }

  /** From now on it is the client that takes time, since the body has not come. */
  public void awaitBody() {
    pace = Pace.of(leastBodyRate, ticks.getAsLong());
  }

  /** A part of the body has come. */
  public void bodyCame(int bytes) {
    moved();
    if (pace != null) {
      pace.came(bytes, moved);
    }
  }

  /**
   * The whole request has come: from now on it is the instance that takes time.
   *
   * @return the time, in nanoseconds
   */
  public long requestComplete() {
    complete = clock.getAsLong();
    isComplete = true;
    return complete;
  }

  /**
   * Whether the body comes more slowly than it must.
   *
   * @param taken whether what comes is taken at present
   */
  public boolean isBodyLate(boolean taken, long now) {
    return pace != null && pace.tooSlow(taken, now);
  }

  /** Whether a request that has come as a whole has waited too long for its response. */
  public boolean isResponseLate(long now) {
    return now - complete > responseTimeout;
  }

  /** Whether no bytes have passed for longer than that. */
  public boolean isIdle(Duration limit, long now) {
    return now - moved > limit.toNanos();
  }

  /**
   * Whether a slow reader has taken something since the last look: then bytes have passed.
   *
   * @param left how many bytes it has not taken
   */
  public boolean hasProgressed(long left, long now) {
    long before = unread;
    unread = left;
    if (unread == before) {
      return false;
    }
    moved = now;
    return true;
  }
}
