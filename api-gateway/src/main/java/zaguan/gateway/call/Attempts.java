package zaguan.gateway.call;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import zaguan.discovery.balancing.Attempt;
import zaguan.discovery.balancing.DeadlineField;
import zaguan.discovery.balancing.Deadlines;
import zaguan.discovery.balancing.Methods;
import zaguan.discovery.balancing.RetryPlan;

/**
 * Sends a request to an instance; to another one if that fails before its response began, and to a
 * second one beside it if it takes long. Only on the event loop of the call.
 */
final class Attempts implements AttemptStream.Owner {

  /** Who is asked what to do where no instance took a connection. */
  interface Owner {

    /** All refused. By then, none is asked any more. */
    void refusedByAll(Outcome why);
  }

  private enum Phase {
    ASKING,
    ANSWERED,
    OVER
  }

  /** A body that comes for longer is no load of the instance: few are, and those mostly wait. */
  private static final long LOAD = TimeUnit.SECONDS.toNanos(1);

  private final Owner owner;
  private final Answering call;
  private final Admitted admitted;
  private final CallLoop loop;
  private final RequestBody body;
  private final RetryPlan plan;
  private final Race race = new Race();
  private Phase phase = Phase.ASKING;

  Attempts(Owner owner, Answering call, Admitted admitted, RetryPlan plan) {
    this.owner = owner;
    this.call = call;
    this.admitted = admitted;
    this.plan = plan;
    loop = admitted.loop();
    body = admitted.body();
  }

  private void enter(Phase next) {
    if (next.compareTo(phase) <= 0) {
      throw new IllegalStateException(phase + " does not become " + next);
    }
    phase = next;
  }

  @Override
  public String requestId() {
    return admitted.record().requestId();
  }

  /** Asks a first instance, also after a wait; false if there is none. */
  boolean begin() {
    Attempt first = plan.first();
    if (first == null) {
      return false;
    }
    AttemptStream attempt = new AttemptStream(this, call, first);
    race.begin(attempt);
    connect(attempt);
    return true;
  }

  private void connect(AttemptStream next) {
    if (body.complete()) {
      next.attempt().requested();
    }
    boolean resendable =
        admitted.isRepeatable() && Requests.bodyIsAtMost(admitted.request(), RequestBody.BOUND);
    InstanceStream idle = loop.instances().idle(next.endpoint(), resendable);
    if (idle == null) {
      open(next);
    } else {
      next.connected(idle);
    }
  }

  private void open(AttemptStream next) {
    loop.instances().connect(next.endpoint(), admitted.settings().connectTimeout(), next);
  }

  @Override
  public void connected(AttemptStream to) {
    loop.assertInside();
    HttpHeaders headers = admitted.request().headers();
    headers.set(HttpHeaderNames.HOST, to.endpoint().address());
    long left = admitted.deadlines().left(loop.clock().getAsLong());
    if (left != Deadlines.UNKNOWN) {
      headers.set(Headers.DEADLINE, DeadlineField.written(left));
    }
    body.rewind();
    if (to.send(admitted.request(), body)) {
      plan.sent();
      call.sent();
    } else {
      open(to);
    }
  }

  /** The whole request has come. */
  void requestComplete(long now) {
    AttemptStream first = race.first();
    if (first != null) {
      first.attempt().requested();
      plan.giveMoreTime(now);
    }
  }

  /** To the instance that is asked; null while there is no connection. */
  @Nullable InstanceStream stream() {
    return race.stream();
  }

  // What the instances do.

  @Override
  public void refused(AttemptStream refused) {
    loop.assertInside();
    Attempt next = plan.afterRefusal(refused.attempt());
    if (next != null) {
      connect(replace(refused, next));
      return;
    }
    boolean none = !race.isOfTwo();
    race.leave(refused);
    if (none) {
      owner.refusedByAll(brokenOffBy(refused));
    }
  }

  @Override
  public void head(AttemptStream from, HttpResponse response) {
    loop.assertInside();
    admitted.deadlines().moved();
    int status = response.status().code();
    if (response.status().codeClass() == HttpStatusClass.INFORMATIONAL && status != 101) {
      call.interim(response, !race.isOfTwo());
      return;
    }
    from.attempt().answered(status);
    if (RetryPlan.isWorthAnother(status) && goesOnWithout(from)) {
      return;
    }
    race.take(from, admitted.settings().attemptTimeout().toNanos(), loop.clock());
    enter(Phase.ANSWERED);
    call.head(from.attempt(), response);
  }

  @Override
  public void responseRead() {
    admitted.deadlines().moved();
    if (phase == Phase.ANSWERED) {
      call.responseRead();
    }
  }

  @Override
  public void broken(AttemptStream broken, InstanceStream lost, @Nullable String unreadable) {
    loop.assertInside();
    if (unreadable != null) {
      broken.attempt().unreadable(Requests.path(admitted.request().uri()), unreadable);
    }
    if (phase == Phase.ANSWERED) {
      call.lost();
      return;
    }
    // The instance closed the connection, it may be, just when the request came: not its fault.
    boolean closed = unreadable == null && mayRepeat() && broken.mayReopen(lost);
    if (closed && plan.mayBeSentAgain()) {
      broken.reopen();
      open(broken);
      return;
    }
    if (!closed) {
      broken.attempt().broken();
    }
    if (!goesOnWithout(broken)) {
      call.failed(
          unreadable == null
              ? brokenOffBy(broken)
              : new Outcome.Unreadable(
                  admitted.service(), broken.endpoint().address(), unreadable));
    }
  }

  // Once more.

  /**
   * Sends the request to another instance in place of one that failed, or leaves it to the one
   * beside that; false if there is neither.
   */
  private boolean goesOnWithout(AttemptStream failed) {
    Attempt next = mayRepeat() ? plan.another(failed.attempt()) : null;
    if (next == null && !race.isOfTwo()) {
      return false;
    }
    failed.discard(body.written());
    if (next == null) {
      race.leave(failed);
    } else {
      connect(replace(failed, next));
    }
    return true;
  }

  private AttemptStream replace(AttemptStream failed, Attempt next) {
    AttemptStream replacement = new AttemptStream(this, call, next);
    race.replace(failed, replacement);
    return replacement;
  }

  private boolean mayRepeat() {
    return body.replayable() && admitted.isRepeatable();
  }

  // Time.

  /** For how long the instance has been asked, in nanoseconds; less than 0 while none is. */
  long asked(long now) {
    return stream() == null ? -1 : now - plan.began();
  }

  /** The body has not come: if that takes long, the request is no load of the instance. */
  void lookAtLoad(long now) {
    AttemptStream first = race.first();
    if (first != null && now - plan.began() > LOAD) {
      first.attempt().comesSlowly();
    }
  }

  /** Asks another instance while the one that is late goes on: the first to answer is taken. */
  void lookBeside(long now) {
    long patience = admitted.settings().attemptTimeout().toNanos();
    AttemptStream late = race.first();
    if (!Methods.isSafe(admitted.request().method().name()) // Else it would race with itself.
        || patience == 0
        || race.isOfTwo()
        || late == null
        || late.stream() == null
        || !mayRepeat()
        || now - plan.began() <= patience) {
      return;
    }
    Attempt next = plan.another(late.attempt());
    if (next == null) {
      plan.giveMoreTime(now); // The late one has until the deadline, unless there is another.
    } else {
      AttemptStream beside = new AttemptStream(this, call, next);
      race.beginBeside(beside);
      connect(beside);
    }
  }

  /** None that was asked has answered in the time that there was. */
  void late() {
    AttemptStream first = Objects.requireNonNull(race.first());
    race.late();
    call.failed(new Outcome.TooLate(admitted.service(), first.endpoint().address()));
  }

  // The end.

  /** The response has ended. */
  void end() {
    enter(Phase.OVER);
    race.end().end(body.complete() && body.written());
  }

  /** Gives up what is under way. */
  void stop() {
    enter(Phase.OVER);
    race.cancel();
  }

  private Outcome brokenOffBy(AttemptStream attempt) {
    return new Outcome.BrokenOff(admitted.service(), attempt.endpoint().address());
  }
}
