package zaguan.gateway.call;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import zaguan.gateway.catalog.JobGroup;
import zaguan.gateway.routing.Route;
import zaguan.gateway.scaling.Waiter;
import zaguan.gateway.scaling.WakeFailure;
import zaguan.gateway.scaling.Wakers;

/**
 * A request that waits for its service to wake, or to take a connection. Only on its event loop,
 * but for what the wakers calls.
 */
final class WaitingRequest implements Waiter {

  /** Who waits; told on the event loop. */
  interface Owner {

    /** Of the request, for the log. */
    String requestId();

    /** There is an instance, or one that takes connections. */
    void awake();

    /** There will be none for now. */
    void wakeFailed(WakeFailure why);
  }

  private static final Logger LOG = LoggerFactory.getLogger(WaitingRequest.class);

  private final Wakers wakers;
  private final Route route;
  private final CallLoop loop;
  private final Owner call;
  private final long deadline;
  private boolean waiting;
  private boolean refused;

  /**
   * @param now by the clock of its loop, as later in {@link #isLate}
   */
  WaitingRequest(Wakers wakers, Route route, CallLoop loop, Owner call, long now) {
    this.wakers = wakers;
    this.route = route;
    this.call = call;
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
    WakeFailure why = wakers.await(route, group, this);
    waiting = why == null;
    return why;
  }

  /** Begins, or begins again, after all instances refused the request's connection. */
  @Nullable WakeFailure beginRefused() {
    waiting = true;
    refused = true;
    WakeFailure why = wakers.awaitAcceptance(route, this);
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
            + (refused ? wakers.refusal(route) : wakers.progress(route)),
        Duration.ofSeconds(1));
  }

  void end() {
    if (waiting) {
      waiting = false;
      wakers.leave(route, this);
    }
  }

  @Override
  public void awake() {
    tell(call::awake);
  }

  @Override
  public void failed(WakeFailure why) {
    tell(() -> call.wakeFailed(why));
  }

  private void tell(Runnable what) {
    try {
      loop.execute(
          () -> {
            if (waiting) {
              waiting = false;
              what.run();
            }
          });
    } catch (RejectedExecutionException stopped) {
      LOG.debug(
          "request {} waited for {} until the gateway stopped", call.requestId(), route.service());
    }
  }
}
