package zaguan.gateway.proxy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import zaguan.gateway.balancing.Member;
import zaguan.gateway.balancing.Turn;
import zaguan.gateway.balancing.Upstream;

/**
 * Whom a request was sent to, and whether another instance may be asked. One that took no
 * connection has not seen the request, so that another always may; else that must do no harm, and
 * the service's budget must have some left. One thread.
 */
final class Attempts {

  /** How often a request is sent that may have been seen: one that kills must not kill them all. */
  private static final int MOST_SENT = 3;

  private final Upstream upstream;
  private @Nullable Turn turn;
  private Collection<Member> tried = List.of();
  private int sent;
  private long began;

  Attempts(Upstream upstream) {
    this.upstream = upstream;
  }

  /** The first; null if there is no instance. */
  @Nullable Turn first() {
    return begin(upstream.take(tried));
  }

  /** After the last took no connection; null if there is no other, and it stays the last. */
  @Nullable Turn afterRefusal() {
    Turn refused = last();
    refused.refused();
    refused.end();
    leave(refused.member());
    return begin(upstream.take(tried));
  }

  /** After the last may have seen the request; null if that was it, and it goes on. */
  @Nullable Turn again() {
    if (sent >= MOST_SENT) {
      return null;
    }
    Turn failed = last();
    leave(failed.member());
    Turn next = upstream.take(tried);
    if (next != null && !upstream.mayRetry()) {
      next.end();
      return null;
    }
    if (next != null) {
      failed.end();
    }
    return begin(next);
  }

  /** The request is complete: only now it is the instance that takes time. */
  void requested() {
    if (turn != null) {
      turn.requested();
      began = System.nanoTime();
    }
  }

  /** The request is being sent. */
  void sent() {
    sent++;
  }

  /** Whether it was sent once only so far. */
  boolean isFirst() {
    return sent == 1;
  }

  /** The last that was begun. */
  Turn last() {
    return Objects.requireNonNull(turn);
  }

  /** When it was begun, complete, or last given more time; by {@link System#nanoTime}. */
  long began() {
    return began;
  }

  void giveMoreTime(long now) {
    began = now;
  }

  /** Nothing more is asked. */
  void end() {
    if (turn != null) {
      turn.end();
    }
  }

  private @Nullable Turn begin(@Nullable Turn next) {
    if (next != null) {
      turn = next;
      began = System.nanoTime();
    }
    return next;
  }

  private void leave(Member member) {
    if (tried.isEmpty()) {
      tried = new ArrayList<>(2);
    }
    tried.add(member);
  }
}
