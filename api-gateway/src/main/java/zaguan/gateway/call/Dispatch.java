package zaguan.gateway.call;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import zaguan.gateway.balancing.Attempt;
import zaguan.gateway.balancing.Endpoint;
import zaguan.gateway.balancing.Permit;
import zaguan.gateway.balancing.RetryPlan;
import zaguan.gateway.catalog.JobGroup;
import zaguan.gateway.routing.Route;
import zaguan.gateway.routing.ServiceSettings;
import zaguan.gateway.scaling.WakeFailure;
import zaguan.gateway.scaling.Wakers;

/**
 * From a request that was let in to the head of its response: choose an instance, connect, send. If
 * an instance fails before its response began, choose again; if it takes long, ask another beside
 * it; if there is none, wait until there is. Only on the event loop of the call; nothing here
 * waits.
 */
final class Dispatch implements AttemptStream.Owner, WaitingRequest.Owner {

  /** Who is told what comes of it, until {@link #stop} or {@link #end}. */
  interface Owner {

    /** Of the request, for the log. */
    String requestId();

    /** What has come of the request was sent: more may come. */
    void sent();

    /**
     * An informational response, but 101.
     *
     * @param taken whether what that instance answers is what the client will get
     */
    void interim(HttpResponse head, boolean taken);

    /** The head of the response that is the answer; no other instance is asked any more. */
    void head(Endpoint from, HttpResponse head);

    /** A part of that response; the owner takes it over. */
    void content(HttpContent part);

    /** What has come of that response was told; more may come later. */
    void responseRead();

    /** Whether the instance takes what is written as fast as it comes, from now on. */
    void instanceWritable(boolean writable);

    /** What came through the tunnel; the owner takes it over. */
    void tunnelled(ByteBuf bytes);

    /** The connection is lost, and the response had begun. */
    void lost();

    /** There will be no response. */
    void failed(Outcome why);
  }

  private enum Phase {
    ASKING,
    /** For an instance, or for one that takes a connection. */
    WAITING,
    ANSWERED,
    OVER;

    boolean mayBecome(Phase next) {
      return switch (this) {
        case ASKING -> next != ASKING;
        case WAITING -> next == ASKING || next == OVER;
        case ANSWERED -> next == OVER;
        case OVER -> false;
      };
    }
  }

  /** A body that comes for longer is no load of the instance: few are, and those mostly wait. */
  private static final long LOAD = TimeUnit.SECONDS.toNanos(1);

  private final Owner call;
  private final CallLoop loop;
  private final Wakers wakers;
  private final HttpRequest request;
  private final RequestBody body;
  private final Route route;
  private final ServiceSettings settings;
  private final Permit permit;
  private final Deadlines deadlines;
  private final RetryPlan plan;
  private final boolean repeatable;
  private final boolean resendable;

  /** Whether two instances may work on it at once: a request that changes something might race. */
  private final boolean safe;

  /** Gets the body as it comes; its response is the one that the client gets, once it begins. */
  private @Nullable AttemptStream attempt;

  /** A second one, while the first is late; whichever begins to answer is the attempt. */
  private @Nullable AttemptStream beside;

  private @Nullable WaitingRequest wait;
  private Phase phase = Phase.ASKING;

  /**
   * @param repeatable whether the request may be sent again though an instance may have seen it
   */
  Dispatch(
      Owner call,
      CallLoop loop,
      Wakers wakers,
      HttpRequest request,
      RequestBody body,
      Route route,
      Permit permit,
      Deadlines deadlines,
      boolean repeatable) {
    this.call = call;
    this.loop = loop;
    this.wakers = wakers;
    this.request = request;
    this.body = body;
    this.route = route;
    settings = route.settings();
    this.permit = permit;
    this.deadlines = deadlines;
    this.repeatable = repeatable;
    resendable = repeatable && Requests.bodyIsAtMost(request, RequestBody.BOUND);
    safe = repeatable && Requests.safe(request.method());
    plan = new RetryPlan(route.upstream(), loop.clock());
  }

  private void enter(Phase next) {
    if (!phase.mayBecome(next)) {
      throw new IllegalStateException(phase + " does not become " + next);
    }
    phase = next;
  }

  /** Chooses an instance, and asks it. */
  void begin() {
    measure();
    choose();
  }

  private void measure() {
    if (!body.complete()) {
      deadlines.awaitBody();
    }
  }

  private void choose() {
    Attempt first = plan.first();
    if (first != null) {
      attempt = new AttemptStream(this, first, plan.began());
      connect(attempt);
    } else if (route.group() == null) {
      call.failed(new Outcome.NoInstance(route.service()));
    } else {
      await(route.group());
    }
  }

  private void await(JobGroup group) {
    enter(Phase.WAITING);
    WakeFailure why = waiting().begin(group);
    if (why != null) {
      wakeFailed(why);
    }
  }

  /** All instances refused: the service is about to listen, or Nomad starts it again. */
  private void awaitAcceptance() {
    enter(Phase.WAITING);
    WakeFailure why = waiting().beginRefused();
    if (why != null) {
      wakeFailed(why);
    }
  }

  private WaitingRequest waiting() {
    if (wait == null) {
      wait = new WaitingRequest(wakers, route, loop, this, loop.clock().getAsLong());
    }
    return wait;
  }

  @Override
  public void awake() {
    loop.assertInside();
    enter(Phase.ASKING);
    if (body.complete()) { // The instance's time begins now.
      deadlines.requestComplete();
      permit.requested();
    }
    deadlines.moved();
    measure();
    choose();
  }

  @Override
  public void wakeFailed(WakeFailure why) {
    loop.assertInside();
    call.failed(new Outcome.Asleep(why));
  }

  private void connect(AttemptStream next) {
    if (body.complete()) {
      next.attempt().requested();
    }
    InstanceStream idle = loop.instances().idle(next.endpoint(), resendable);
    if (idle == null) {
      open(next);
    } else {
      next.connected(idle);
    }
  }

  private void open(AttemptStream next) {
    loop.instances().connect(next.endpoint(), settings.connectTimeout(), next);
  }

  @Override
  public void connected(AttemptStream to) {
    loop.assertInside();
    request.headers().set(HttpHeaderNames.HOST, to.endpoint().address());
    body.rewind();
    if (to.send(request, body)) {
      plan.sent();
      call.sent();
    } else {
      open(to);
    }
  }

  @Override
  public String requestId() {
    return call.requestId();
  }

  // What the client does.

  /** The whole request has come. */
  void requestComplete(long now) {
    if (attempt != null) {
      attempt.attempt().requested();
      plan.giveMoreTime(now);
    }
  }

  /** To the instance that is asked; null while there is no connection. */
  @Nullable InstanceStream stream() {
    return attempt == null ? null : attempt.stream();
  }

  // What the instances do.

  @Override
  public void refused(AttemptStream refused) {
    loop.assertInside();
    Attempt next = plan.afterRefusal(refused.attempt());
    if (next != null) {
      connect(replace(refused, next));
    } else if (beside != null) {
      leave(refused);
    } else if (route.group() != null && plan.mayBeSent()) {
      leave(refused);
      awaitAcceptance();
    } else {
      call.failed(brokenOffBy(refused));
    }
  }

  @Override
  public void head(AttemptStream from, HttpResponse response) {
    loop.assertInside();
    deadlines.moved();
    int status = response.status().code();
    if (response.status().codeClass() == HttpStatusClass.INFORMATIONAL && status != 101) {
      call.interim(response, beside == null);
      return;
    }
    from.attempt().answered(status);
    if (status >= 502 && status <= 504 && goesOnWithout(from)) {
      return;
    }
    permit.answered();
    take(from);
    enter(Phase.ANSWERED);
    call.head(from.endpoint(), response);
  }

  /** The response of this one is the answer; what another does with the request is given up. */
  private void take(AttemptStream answering) {
    AttemptStream other = answering == beside ? attempt : beside;
    attempt = answering;
    beside = null;
    if (other != null) {
      if (loop.clock().getAsLong() - other.began() > settings.attemptTimeout().toNanos()) {
        other.attempt().late();
      }
      other.cancel();
    }
  }

  @Override
  public void content(AttemptStream from, HttpContent content) {
    call.content(content);
  }

  @Override
  public void responseRead() {
    deadlines.moved();
    if (phase == Phase.ANSWERED) {
      call.responseRead();
    }
  }

  @Override
  public void instanceWritable(boolean writable) {
    call.instanceWritable(writable);
  }

  @Override
  public void tunnelled(ByteBuf bytes) {
    call.tunnelled(bytes);
  }

  @Override
  public void broken(AttemptStream broken, InstanceStream lost, @Nullable String unreadable) {
    loop.assertInside();
    if (unreadable != null) {
      String what = "request " + call.requestId() + ": " + unreadable;
      broken.attempt().unreadable(Requests.path(request.uri()), what);
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
              : new Outcome.Unreadable(route.service(), broken.endpoint().address(), unreadable));
    }
  }

  // Once more.

  /**
   * Sends the request to another instance in place of one that failed, or leaves it to the one
   * beside that; false if there is neither.
   */
  private boolean goesOnWithout(AttemptStream failed) {
    Attempt next = mayRepeat() ? plan.another(failed.attempt()) : null;
    if (next == null && beside == null) {
      return false;
    }
    failed.discard(body.written());
    if (next == null) {
      leave(failed);
    } else {
      connect(replace(failed, next));
    }
    return true;
  }

  private AttemptStream replace(AttemptStream failed, Attempt next) {
    AttemptStream replacement = new AttemptStream(this, next, plan.began());
    if (failed == beside) {
      beside = replacement;
    } else {
      attempt = replacement;
    }
    return replacement;
  }

  private void leave(AttemptStream failed) {
    if (failed == attempt) {
      attempt = beside;
    }
    beside = null;
  }

  private boolean mayRepeat() {
    return repeatable && body.replayable();
  }

  // Time.

  boolean waits() {
    return phase == Phase.WAITING;
  }

  /** While it waits for an instance: whether that has taken too long. */
  void lookAtWait(long now) {
    if (waiting().isLate(now)) {
      wakeFailed(waiting().tooLate());
    }
  }

  /** For how long the instance has been asked, in nanoseconds; less than 0 while none is. */
  long asked(long now) {
    return stream() == null ? -1 : now - plan.began();
  }

  /** The body has not come: if that takes long, the request is no load of the instance. */
  void lookAtLoad(long now) {
    if (attempt != null && now - plan.began() > LOAD) {
      attempt.attempt().comesSlowly();
    }
  }

  /** Asks another instance while the one that is late goes on: the first to answer is taken. */
  void lookBeside(long now) {
    long patience = settings.attemptTimeout().toNanos();
    AttemptStream late = attempt;
    if (!safe
        || patience == 0
        || beside != null
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
      beside = new AttemptStream(this, next, plan.began());
      connect(beside);
    }
  }

  /** None that was asked has answered in the time that there was. */
  void late() {
    AttemptStream first = Objects.requireNonNull(attempt);
    first.attempt().late();
    if (beside != null) {
      beside.attempt().late();
    }
    permit.answered();
    call.failed(new Outcome.TooLate(route.service(), first.endpoint().address()));
  }

  // The end.

  /** What the instance said in vain: it changed to a protocol that nobody asked for. */
  Outcome brokenOff() {
    return brokenOffBy(Objects.requireNonNull(attempt));
  }

  /** The response has ended. */
  void end() {
    enter(Phase.OVER);
    AttemptStream answered = Objects.requireNonNull(attempt);
    attempt = null;
    answered.end(body.complete() && body.written());
  }

  /** Gives up what is under way. */
  void stop() {
    enter(Phase.OVER);
    if (attempt != null) {
      attempt.cancel();
      attempt = null;
    }
    if (beside != null) {
      beside.cancel();
      beside = null;
    }
    if (wait != null) {
      wait.end();
    }
    permit.left();
  }

  private Outcome brokenOffBy(AttemptStream attempt) {
    return new Outcome.BrokenOff(route.service(), attempt.endpoint().address());
  }
}
