package zaguan.gateway.call;

import org.jspecify.annotations.Nullable;
import zaguan.discovery.balancing.Deadlines;
import zaguan.discovery.balancing.RetryPlan;
import zaguan.gateway.catalog.JobGroup;
import zaguan.gateway.scaling.WakeFailure;
import zaguan.gateway.scaling.Wakers;

/**
 * From a request that was let in to the instances that are asked: where there is none, or none that
 * takes a connection, it waits until there is, and begins again. Only on the event loop of the
 * call; nothing here waits.
 */
final class Dispatch implements Attempts.Owner, WaitingRequest.Owner {

  private final Answering call;
  private final Admitted admitted;
  private final CallLoop loop;
  private final Wakers wakers;
  private final Deadlines deadlines;
  private final CallRecord record;
  private final RetryPlan plan;
  private final Attempts attempts;
  private @Nullable WaitingRequest wait;

  Dispatch(Answering call, Admitted admitted, Wakers wakers) {
    this.call = call;
    this.admitted = admitted;
    this.wakers = wakers;
    loop = admitted.loop();
    deadlines = admitted.deadlines();
    record = admitted.record();
    plan = new RetryPlan(admitted.route().upstream());
    record.asks(plan);
    attempts = new Attempts(this, call, admitted, plan);
  }

  Attempts attempts() {
    return attempts;
  }

  @Override
  public String requestId() {
    return record.requestId();
  }

  /** Chooses an instance, and asks it. */
  void begin() {
    if (!admitted.body().complete()) {
      deadlines.awaitBody();
    }
    if (!attempts.begin()) {
      JobGroup group = admitted.route().group();
      if (group == null) {
        call.failed(new Outcome.NoInstance(admitted.service()));
      } else {
        record.waitBegins();
        orFail(waiting().begin(group));
      }
    }
  }

  /** The service is about to listen, or Nomad starts it again. */
  @Override
  public void refusedByAll(Outcome why) {
    if (admitted.route().group() != null && plan.mayBeSent()) {
      record.waitBegins();
      orFail(waiting().beginRefused());
    } else {
      call.failed(why);
    }
  }

  private WaitingRequest waiting() {
    if (wait == null) {
      wait = new WaitingRequest(wakers, admitted.route(), loop, this, loop.clock().getAsLong());
    }
    return wait;
  }

  private void orFail(@Nullable WakeFailure why) {
    if (why != null) {
      wakeFailed(why);
    }
  }

  @Override
  public void awake() {
    loop.assertInside();
    record.waitEnds();
    if (deadlines.isCallerGone(loop.clock().getAsLong())) {
      call.failed(new Outcome.CallerGone(admitted.service()));
      return;
    }
    if (admitted.body().complete()) { // The instance's time begins now.
      deadlines.requestComplete();
      admitted.permit().requested();
    }
    deadlines.moved();
    begin();
  }

  @Override
  public void wakeFailed(WakeFailure why) {
    loop.assertInside();
    call.failed(new Outcome.Asleep(why));
  }

  boolean waits() {
    return wait != null && wait.waits();
  }

  /** While it waits for an instance: whether that has taken too long. */
  void lookAtWait(long now) {
    WaitingRequest waiting = waiting();
    if (waiting.isLate(now)) {
      wakeFailed(waiting.tooLate());
    }
  }

  /** Gives up what is under way. */
  void stop() {
    attempts.stop();
    if (wait != null) {
      wait.end();
    }
  }
}
