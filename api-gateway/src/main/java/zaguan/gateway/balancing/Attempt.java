package zaguan.gateway.balancing;

import java.util.function.LongSupplier;

/**
 * One request at one instance, from the choice to its end. Whoever took it tells when the request
 * is complete, {@link #requested}, what comes of it: one of {@link #answered}, {@link #refused},
 * {@link #broken}, {@link #unreadable}, {@link #late} or nothing, and in any case {@link #end}.
 * Used by one thread at a time.
 */
public final class Attempt {

  private final Endpoint endpoint;
  private final Ejections ejections;
  private final Activity activity;
  private final LongSupplier clock;
  private long began;
  private boolean requested;
  private boolean counts = true;
  private boolean settled;
  private boolean ended;

  Attempt(Endpoint endpoint, Ejections ejections, Activity activity, LongSupplier clock) {
    this.endpoint = endpoint;
    this.ejections = ejections;
    this.activity = activity;
    this.clock = clock;
    activity.begun();
    endpoint.inFlight.incrementAndGet();
    endpoint.ejection.asked();
  }

  /** Whom to ask. */
  public Endpoint endpoint() {
    return endpoint;
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
    if (!requested && !settled) {
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
   * @param status its HTTP status; 500 and above are failures of the instance, except 501 and 505,
   *     which speak of the request
   */
  public void answered(int status) {
    if (!settle()) {
      return;
    }
    if (status < 500 || status == 501 || status == 505) {
      took(endpoint.latency::answered);
      ejections.succeeded(endpoint);
    } else {
      took(endpoint.latency::failed);
      ejections.failed(endpoint, false);
    }
  }

  /** It took no connection. */
  public void refused() {
    fail(true);
  }

  /** The connection broke before a response began. */
  public void broken() {
    fail(false);
  }

  /**
   * What it sent is no HTTP, in the head or later. It is said in the log, a line a minute for an
   * instance at most. Before a response began it is a failure of the instance, once for a path: it
   * may be the path's alone.
   *
   * @param path that was asked for, without the query
   * @param what which request, and what is wrong; it is cut and cleaned for the log
   */
  public void unreadable(String path, String what) {
    ejections.complain(endpoint, what);
    if (settle()) {
      took(endpoint.latency::failed);
      ejections.unreadable(endpoint, path);
    }
  }

  /** No response began in the time that there was. */
  public void late() {
    if (settle()) {
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
    if (settle()) {
      took(endpoint.latency::abandoned);
      endpoint.ejection.left();
    }
  }

  private void fail(boolean refused) {
    if (settle()) {
      took(endpoint.latency::failed);
      ejections.failed(endpoint, refused);
    }
  }

  private void took(Sample sample) {
    if (requested) {
      long now = clock.getAsLong();
      sample.take(now, now - began);
    }
  }

  /** What {@link Latency} learns of a request that ends. */
  private interface Sample {
    void take(long now, long took);
  }

  private boolean settle() {
    boolean first = !settled;
    settled = true;
    return first;
  }
}
