package zaguan.gateway.proxy;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import zaguan.gateway.catalog.JobGroup;
import zaguan.gateway.routing.Route;
import zaguan.gateway.scaling.WakeFailure;
import zaguan.gateway.scaling.Wakers;

/**
 * A request that waits for its service to wake, or to take a connection. Only on its event loop,
 * but for what the waker calls.
 */
final class WaitingRequest implements Wakers.Waiter {

  private final Wakers waker;
  private final Route route;
  private final Loop loop;
  private final Exchange exchange;
  private final long deadline;
  private boolean waiting;
  private boolean refused;

  /**
   * @param now by the clock of its loop, as later in {@link #isLate}
   */
  WaitingRequest(Wakers waker, Route route, Loop loop, Exchange exchange, long now) {
    this.waker = waker;
    this.route = route;
    this.exchange = exchange;
    this.loop = loop;
    deadline = now + route.settings().wakeTimeout().toNanos();
  }

  /**
   * Begins, again after an instance was there and gone; the deadline stays.
   *
   * @return why there is nothing to wait for; null if it waits
   */
  @Nullable WakeFailure begin(JobGroup group) {
    waiting = true;
    refused = false;
    WakeFailure why = waker.await(route, group, this);
    waiting = why == null;
    return why;
  }

  /** Begins, or begins again, after all instances refused the request's connection. */
  @Nullable WakeFailure beginRefused() {
    waiting = true;
    refused = true;
    WakeFailure why = waker.awaitAcceptance(route, this);
    waiting = why == null;
    return why;
  }

  boolean waits() {
    return waiting;
  }

  boolean isLate(long now) {
    return waiting && (now - deadline > 0 || loop.isAboutToGo(now));
  }

  /** Why a request that is late is not answered otherwise. */
  WakeFailure tooLate() {
    return new WakeFailure(
        route.service()
            + (refused ? " took no connection " : " did not wake ")
            + (loop.draining()
                ? "before this gateway stopped. "
                : "within " + route.settings().wakeTimeout().toSeconds() + " s. ")
            + (refused ? waker.refusal(route) : waker.progress(route)),
        Duration.ofSeconds(1));
  }

  void end() {
    if (waiting) {
      waiting = false;
      waker.leave(route, this);
    }
  }

  @Override
  public void awake() {
    tell(exchange::awake);
  }

  @Override
  public void failed(WakeFailure why) {
    tell(() -> exchange.wakeFailed(why));
  }

  private void tell(Runnable what) {
    try {
      loop.eventLoop()
          .execute(
              () -> {
                if (waiting) {
                  waiting = false;
                  what.run();
                }
              });
    } catch (RejectedExecutionException stopped) {
      Gateway.LOG.debug(
          "request {} waited for {} until the gateway stopped",
          exchange.requestId(),
          route.service());
    }
  }
}
