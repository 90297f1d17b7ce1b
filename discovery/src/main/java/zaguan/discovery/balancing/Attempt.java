package zaguan.discovery.balancing;

import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One request at one instance, from the choice to its end, and afterwards what happened. Whoever
 * took it tells when the request is complete, {@link #requested}, what comes of it: one of {@link
 * #answered}, {@link #refused}, {@link #broken}, {@link #unreadable}, {@link #late} or nothing, and
 * in any case {@link #end}. Used by one thread at a time.
 */
public final class Attempt {

  /** What came of it. */
  public enum Result {
    /** Nothing so far. */
    PENDING,
    /** A response began. */
    ANSWERED,
    /** The instance took no connection. */
    REFUSED,
    /** The connection broke before a response began. */
    BROKEN,
    /** What came was no HTTP. */
    UNREADABLE,
    /** No response began in the time that there was. */
    LATE,
    /** It ended before anything of that: its client left, or another instance answered. */
    LEFT
  }

  private final Endpoint endpoint;
  private final Ejections ejections;
  private final Activity activity;
  private final LongSupplier clock;
  private final long chosen;
  private long began;
  private long settled;
  private Result result = Result.PENDING;
  private int status;
  private @Nullable String fault;
  private boolean requested;
  private boolean counts = true;
  private boolean ended;

  /**
   * @param chosen when, by that clock
   */
  Attempt(
      Endpoint endpoint, Ejections ejections, Activity activity, LongSupplier clock, long chosen) {
    this.endpoint = endpoint;
    this.ejections = ejections;
    this.activity = activity;
    this.clock = clock;
    this.chosen = chosen;
    activity.begun();
    endpoint.inFlight.incrementAndGet();
    endpoint.ejection.asked();
  }

  /** Whom to ask. */
  public Endpoint endpoint() {
    return endpoint;
  }

  /** What has come of it so far. */
  public Result result() {
    return result;
  }

  /** The HTTP status of the response; 0 if none began. */
  public int status() {
    return status;
  }

  /** What is wrong with what the instance sent, in its own words in part; null if nothing is. */
  public @Nullable String fault() {
    return fault;
  }

  /** When the instance was chosen, in nanoseconds of the upstream's clock. */
  public long chosen() {
    return chosen;
  }

  /** When the result was there, in nanoseconds of the upstream's clock; 0 while it is pending. */
  public long settled() {
    return settled;
  }

  /**
   * The request is long in coming: until it is complete, it is no load of the instance. Else slow
   * clients would make an instance look busy, and one that is new get all other requests.
   */
  public void comesSlowly() {
    if (counts && !requested && !ended) {
      counts = false;
      endpoint.inFlight.decrementAndGet();
    }
  }

  /**
   * The whole request is there: what passes from now on is the instance's time, and not its
   * caller's. Again: no effect.
   */
  public void requested() {
    if (!requested && result == Result.PENDING) {
      requested = true;
      if (!counts) {
        counts = true;
        endpoint.inFlight.incrementAndGet();
      }
      began = clock.getAsLong();
      endpoint.latency.asked(began);
    }
  }

  /**
   * The response begins.
   *
   * @param status its HTTP status: a failure of the instance, or not, as {@link #isFailure} says
   */
  public void answered(int status) {
    if (!settle(Result.ANSWERED)) {
      return;
    }
    this.status = status;
    if (!isFailure(status)) {
      took(endpoint.latency::answered);
      ejections.succeeded(endpoint);
    } else {
      took(endpoint.latency::failed);
      ejections.failed(endpoint, false);
    }
  }

  /**
   * Whether a status is a failure of the instance that answers it: 500 and above, except 501 and
   * 505, which speak of the request.
   */
  public static boolean isFailure(int status) {
    return status >= 500 && status != 501 && status != 505;
  }

  /** It took no connection. */
  public void refused() {
    fail(Result.REFUSED);
  }

  /** The connection broke before a response began. */
  public void broken() {
    fail(Result.BROKEN);
  }

  /**
   * What it sent is no HTTP, in the head or later. Before a response began it is a failure of the
   * instance, once for a path: it may be the path's alone.
   *
   * @param path that was asked for, without the query
   * @param why what is wrong, to follow a colon
   */
  public void unreadable(String path, String why) {
    fault = why;
    if (settle(Result.UNREADABLE)) {
      took(endpoint.latency::failed);
      ejections.unreadable(endpoint, path);
    }
  }

  /** No response began in the time that there was. */
  public void late() {
    if (settle(Result.LATE)) {
      took(endpoint.latency::abandoned);
      ejections.failed(endpoint, false);
    }
  }

  /** Nothing more will come, or is waited for. Again: no effect. */
  public void end() {
    if (ended) {
      return;
    }
    ended = true;
    if (counts) {
      endpoint.inFlight.decrementAndGet();
    }
    activity.ended();
    if (settle(Result.LEFT)) {
      took(endpoint.latency::abandoned);
      endpoint.ejection.left();
    }
  }

  private void fail(Result why) {
    if (settle(why)) {
      took(endpoint.latency::failed);
      ejections.failed(endpoint, why == Result.REFUSED);
    }
  }

  private void took(Sample sample) {
    if (requested) {
      sample.take(settled, settled - began);
    }
  }

  /** What {@link Latency} learns of a request that ends. */
  private interface Sample {
    void take(long now, long took);
  }

  /** False if there is a result already: the first counts. */
  private boolean settle(Result why) {
    if (result != Result.PENDING) {
      return false;
    }
    result = why;
    settled = clock.getAsLong();
    return true;
  }
}
