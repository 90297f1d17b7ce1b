package zaguan.discovery.balancing;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whom a request was sent to, and whether another instance may be asked. An instance that took no
 * connection has not seen the request, so that another always may; else that must do no harm, and
 * the service's budget must have some left. One thread.
 */
public final class RetryPlan {

  /** How often a request is sent that may have been seen: one that kills must not kill them all. */
  private static final int MOST_SENT = 3;

  /** A request that waits, and is refused again and again, does not fill the memory. */
  private static final int MOST_TOLD = 32;

  private final Upstream upstream;
  private Collection<Endpoint> tried = List.of();
  private List<Attempt> attempts = List.of();
  private int sent;
  private int paid;
  private long began;

  /** For one request to that service. Its times are those of the upstream's clock. */
  public RetryPlan(Upstream upstream) {
    this.upstream = upstream;
  }

  /**
   * The first, also after a wait: an instance that refused then may take a connection now. Null if
   * there is no instance.
   */
  public @Nullable Attempt first() {
    tried = List.of();
    return begin(upstream.take(tried));
  }

  /** After one took no connection; null if there is no other. */
  public @Nullable Attempt afterRefusal(Attempt refused) {
    refused.refused();
    refused.end();
    leave(refused.endpoint());
    return begin(upstream.take(tried));
  }

  /**
   * Beside or after one that may have seen the request; null if no other may be asked.
   *
   * @param before the last that was begun, or that failed
   */
  public @Nullable Attempt another(Attempt before) {
    if (sent >= MOST_SENT) {
      return null;
    }
    leave(before.endpoint());
    Attempt next = upstream.take(tried);
    if (next != null && !pays()) {
      next.end();
      return null;
    }
    return begin(next);
  }

  /**
   * Whether a status says that the instance, or what it asks itself, could not serve: 502, 503 and
   * 504. Then another instance may be asked in its place.
   */
  public static boolean isWorthAnother(int status) {
    return status >= 502 && status <= 504;
  }

  /** The request is being sent. */
  public void sent() {
    sent++;
  }

  /** Whether it may be sent once more, as often as it was. */
  public boolean mayBeSent() {
    return sent < MOST_SENT;
  }

  /**
   * Whether it may be sent once more to an instance that did not see it, as far as is known. If so,
   * the budget has paid for that.
   */
  public boolean mayBeSentAgain() {
    return mayBeSent() && pays();
  }

  /** When it was begun, complete, or last given more time; in nanoseconds. */
  public long began() {
    return began;
  }

  /** The last has as long again as from its beginning. */
  public void giveMoreTime(long now) {
    began = now;
  }

  /** What was begun so far, in that order; of more than 32 the first. Not to be changed. */
  public List<Attempt> attempts() {
    return attempts;
  }

  /** How many times the request was sent once more at the cost of the service's budget. */
  public int paid() {
    return paid;
  }

  private boolean pays() {
    boolean may = upstream.mayRetry();
    if (may) {
      paid++;
    }
    return may;
  }

  private @Nullable Attempt begin(@Nullable Attempt next) {
    if (next != null) {
      began = next.chosen();
      record(next);
      if (!tried.isEmpty()) {
        leave(next.endpoint()); // Another may be asked while it is.
      }
    }
    return next;
  }

  /** Most requests have one. */
  private void record(Attempt next) {
    if (attempts.isEmpty()) {
      attempts = List.of(next);
      return;
    }
    if (attempts.size() == 1) {
      attempts = new ArrayList<>(attempts);
    }
    if (attempts.size() < MOST_TOLD) {
      attempts.add(next);
    }
  }

  private void leave(Endpoint endpoint) {
    if (tried.isEmpty()) {
      tried = new ArrayList<>(2);
    }
    tried.add(endpoint);
  }
}
