package zaguan.gateway.call;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import zaguan.gateway.balancing.Attempt;
import zaguan.gateway.balancing.Permit;
import zaguan.gateway.balancing.RetryPlan;
import zaguan.gateway.balancing.Upstream;
import zaguan.gateway.catalog.JobGroup;
import zaguan.gateway.routing.Route;
import zaguan.gateway.routing.RouteTable;
import zaguan.gateway.routing.ServiceSettings;
import zaguan.gateway.scaling.WakeFailure;
import zaguan.gateway.scaling.Wakers;

/**
 * The path of a request: match, admit, choose, connect, send, answer. If an instance fails before
 * its response began, choose again; if one takes long, ask another beside it; if there is none,
 * wait until there is. Only on the event loop of the client's connection, on which those to the
 * instances are too; nothing here waits.
 */
final class Call implements ClientStream.Listener, AttemptStream.Owner, WaitingRequest.Owner {

  /** An instance that ignores Expect never says 100, and its body must come all the same. */
  private static final long CONTINUE = TimeUnit.SECONDS.toNanos(1);

  /** As HAProxy's {@code timeout tunnel}. */
  private static final long TUNNEL_IDLE = TimeUnit.HOURS.toNanos(1);

  /** A body that comes for longer is no load of the instance: few are, and those mostly wait. */
  private static final long LOAD = TimeUnit.SECONDS.toNanos(1);

  private final ClientStream client;
  private final CallLoop loop;
  private final Wakers wakers;
  private final HttpRequest request;
  private final String prefix;
  private final ServiceSettings settings;
  private final Upstream upstream;
  private final Route route;
  private final RetryPlan plan;
  private final RequestBody body;
  private final boolean repeatable;
  private final boolean resendable;

  /** Whether two instances may work on it at once: a request that changes something might race. */
  private final boolean safe;

  private final @Nullable String upgrade;
  private @Nullable Permit permit;
  private @Nullable Pace pace;

  /** Gets the body as it comes; its response is the one that the client gets, once it begins. */
  private @Nullable AttemptStream attempt;

  /** A second one, while the first is late; whichever begins to answer is the attempt. */
  private @Nullable AttemptStream beside;

  private @Nullable WaitingRequest wait;
  private boolean begun;
  private boolean responding;
  private boolean tunnel;
  private boolean awaitsContinue;
  private boolean over;

  /** When the last bytes passed, either way; when the body was complete. */
  private long moved;

  private long complete;

  /** What the slower side had yet to take at the last look. */
  private long unread;

  Call(ClientStream client, HttpRequest request, RouteTable.Match match, Wakers wakers) {
    route = match.route();
    this.client = client;
    this.wakers = wakers;
    loop = client.loop();
    this.request = request;
    prefix = route.prefix();
    settings = route.settings();
    upstream = route.upstream();
    plan = new RetryPlan(upstream, loop.clock());
    body = new RequestBody(Requests.idempotent(request.method()));
    upgrade = client.http2() ? null : Headers.upgrade(request);
    repeatable = Requests.idempotent(request.method()) && upgrade == null;
    resendable = repeatable && Requests.bodyIsAtMost(request, RequestBody.BOUND);
    safe = repeatable && Requests.safe(request.method());
    awaitsContinue = HttpUtil.is100ContinueExpected(request);
    moved = loop.now();
    String uri = request.uri();
    int query = uri.indexOf('?');
    request.setUri(query < 0 ? match.rest() : match.rest() + uri.substring(query));
  }

  // The path.

  @Override
  public void begin() {
    loop.assertInside();
    long length = HttpUtil.getContentLength(request, 0L);
    if (length > settings.maxBody()) {
      answer(new Outcome.BodyTooLarge(upstream.service(), settings.maxBody()));
      return;
    }
    Headers.toInstance(
        request, prefix, client.requestId(), client.peer(), client.trusted(), client.http2());
    if (upgrade != null) {
      request.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderNames.UPGRADE);
      request.headers().set(HttpHeaderNames.UPGRADE, upgrade);
    }
  }

  /** Only when all that has come was read: mostly that is the whole request. */
  private boolean admitted() {
    permit = upstream.admit(body.complete());
    if (permit == null) {
      answer(new Outcome.Overloaded(upstream.service()));
      return false;
    }
    measure();
    return true;
  }

  /** From now on it is the client that takes time, if the body has not come. */
  private void measure() {
    if (!body.complete()) {
      pace = Pace.of(settings.leastBodyRate(), loop.now());
    }
  }

  private void choose() {
    Attempt first = plan.first();
    if (first != null) {
      connect(first);
    } else if (route.group() == null) {
      answer(new Outcome.NoInstance(upstream.service()));
    } else {
      await(route.group());
    }
  }

  private void await(JobGroup group) {
    WakeFailure why = waiting().begin(group);
    if (why != null) {
      wakeFailed(why);
    }
  }

  /** All instances refused: the service is about to listen, or Nomad starts it again. */
  private void awaitAcceptance() {
    WakeFailure why = waiting().beginRefused();
    if (why != null) {
      wakeFailed(why);
    }
  }

  private WaitingRequest waiting() {
    if (wait == null) {
      wait = new WaitingRequest(wakers, route, loop, this, nanoTime());
    }
    return wait;
  }

  @Override
  public void awake() {
    loop.assertInside();
    if (body.complete()) { // The instance's time begins now.
      complete = nanoTime();
      permit().requested();
    }
    moved = loop.now();
    measure();
    choose();
  }

  @Override
  public void wakeFailed(WakeFailure why) {
    loop.assertInside();
    answer(new Outcome.Asleep(why));
  }

  private void connect(Attempt first) {
    attempt = new AttemptStream(this, first, plan.began());
    connect(attempt);
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
      client.read(true);
    } else {
      open(to);
    }
  }

  @Override
  public String requestId() {
    return client.requestId();
  }

  private long nanoTime() {
    return loop.clock().getAsLong();
  }

  // What the client does.

  @Override
  public void body(HttpContent content) {
    loop.assertInside();
    moved = loop.now();
    if (over) {
      content.release();
      return;
    }
    if (pace != null) {
      pace.came(content.content().readableBytes(), moved);
    }
    FieldNames.dropFieldsOfHead(content);
    body.add(content);
    if (body.length() > settings.maxBody()) {
      if (responding) {
        stop();
        client.abort();
      } else {
        answer(new Outcome.BodyTooLarge(upstream.service(), settings.maxBody()));
      }
      return;
    }
    if (body.complete()) {
      complete = nanoTime();
      if (permit != null && !permit.requested()) {
        answer(new Outcome.Overloaded(upstream.service()));
        return;
      }
      if (attempt != null) {
        attempt.attempt().requested();
        plan.giveMoreTime(complete);
      }
    }
    InstanceStream stream = stream();
    if (stream != null) {
      body.writeTo(stream);
    } else if (body.complete() && !begun) {
      requestRead();
    }
  }

  @Override
  public void requestRead() {
    if (over) {
      return;
    }
    InstanceStream stream = stream();
    if (!begun) {
      begun = true;
      if (admitted()) {
        choose();
      }
    } else if (stream != null) {
      stream.flush();
      // A flush that fails ends the connection before it returns.
      if (stream() != null && !stream.isWritable()) {
        client.read(false);
      }
    } else if (body.full()) {
      client.read(false);
    }
  }

  @Override
  public void malformed(Throwable cause) {
    if (responding) {
      stop();
      client.abort();
    } else {
      answer(Requests.undecodable(cause));
    }
  }

  @Override
  public void clientWritable(boolean writable) {
    InstanceStream stream = stream();
    if (stream != null) {
      moved = loop.now();
      stream.read(writable);
    }
  }

  @Override
  public void gone() {
    loop.assertInside();
    stop();
  }

  // What the instance does.

  @Override
  public void instanceWritable(boolean writable) {
    moved = loop.now();
    client.read(writable);
  }

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
      answer(brokenOffBy(refused));
    }
  }

  @Override
  public void head(AttemptStream from, HttpResponse response) {
    loop.assertInside();
    moved = loop.now();
    int status = response.status().code();
    if (response.status().codeClass() == HttpStatusClass.INFORMATIONAL && status != 101) {
      informational(response);
      return;
    }
    from.attempt().answered(status);
    if (status >= 502 && status <= 504 && goesOnWithout(from)) {
      return;
    }
    permit().answered();
    take(from);
    responding = true;
    body.forget();
    if (status == 101) {
      beginTunnel(response);
    } else {
      if (!body.complete()) {
        client.endAfterThis();
      }
      if (settings.rewriteLocation()) {
        Locations.putBack(response.headers(), request.headers(), prefix, from.endpoint().address());
      }
      Responses.head(client, response, request.method().equals(HttpMethod.HEAD));
    }
  }

  /** The response of this one is the answer; what another does with the request is given up. */
  private void take(AttemptStream answering) {
    AttemptStream other = answering == beside ? attempt : beside;
    attempt = answering;
    beside = null;
    if (other != null) {
      if (nanoTime() - other.began() > settings.attemptTimeout().toNanos()) {
        other.attempt().late();
      }
      other.cancel();
    }
  }

  private void informational(HttpResponse response) {
    if (response.status().code() != 100) {
      // Of two that are asked, either may be the one that is not taken.
      if (!client.http10() && beside == null) {
        Responses.interim(client, response);
      }
    } else if (awaitsContinue) {
      letContinue();
    }
  }

  private void letContinue() {
    awaitsContinue = false;
    if (!client.http10()) {
      Responses.toContinue(client);
    }
  }

  @Override
  public void content(AttemptStream from, HttpContent content) {
    boolean last = content instanceof LastHttpContent;
    FieldNames.dropFieldsOfHead(content);
    client.write(content);
    if (!last) {
      return;
    }
    over = true;
    body.release();
    attempt = null;
    from.end(body.complete() && body.written());
    client.flush();
    client.responseEnded();
  }

  @Override
  public void responseRead() {
    moved = loop.now();
    if (responding) {
      client.flush();
      // A flush that fails ends the exchange before it returns.
      InstanceStream stream = stream();
      if (stream != null && !client.isWritable()) {
        stream.read(false);
      }
    }
  }

  @Override
  public void broken(AttemptStream broken, InstanceStream lost, @Nullable String unreadable) {
    loop.assertInside();
    if (unreadable != null) {
      String what = "request " + client.requestId() + ": " + unreadable;
      broken.attempt().unreadable(Requests.path(request.uri()), what);
    }
    if (tunnel) {
      stop();
      client.closeAfterWrites();
    } else if (responding) {
      stop();
      client.abort();
    } else {
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
        answer(
            unreadable == null
                ? brokenOffBy(broken)
                : new Outcome.Unreadable(
                    upstream.service(), broken.endpoint().address(), unreadable));
      }
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

  /** Asks another instance while the one that is late goes on: the first to answer is taken. */
  private void askBeside(AttemptStream late, long now) {
    Attempt next = plan.another(late.attempt());
    if (next == null) {
      plan.giveMoreTime(now); // The late one has until the deadline, unless there is another.
    } else {
      beside = new AttemptStream(this, next, plan.began());
      connect(beside);
    }
  }

  private boolean mayRepeat() {
    return repeatable && body.replayable();
  }

  // Time.

  @Override
  public void tick(long now) {
    loop.assertInside();
    if (over) {
      return;
    }
    long idle = now - moved;
    if (wait != null && wait.waits()) {
      if (wait.isLate(now)) {
        wakeFailed(wait.tooLate());
      }
    } else if (tunnel) {
      if (idle > TUNNEL_IDLE) {
        stop();
        client.abort();
      }
    } else if (responding) {
      if (progressed(client.bytesBeforeWritable())) {
        moved = now;
      } else if (idle > settings.idleTimeout().toNanos()) {
        stop();
        client.abort();
      }
    } else if (!body.complete()) {
      waitForBody(now, idle);
    } else if (now - complete > settings.responseTimeout().toNanos()) {
      late();
    } else if (isLate(now)) {
      askBeside(Objects.requireNonNull(attempt), now);
    }
  }

  private boolean isLate(long now) {
    long patience = settings.attemptTimeout().toNanos();
    return safe
        && patience > 0
        && beside == null
        && stream() != null
        && mayRepeat()
        && now - plan.began() > patience;
  }

  private void waitForBody(long now, long idle) {
    InstanceStream stream = stream();
    if (awaitsContinue && stream != null && now - plan.began() > CONTINUE) {
      letContinue();
    }
    if (attempt != null && now - plan.began() > LOAD) {
      attempt.attempt().comesSlowly();
    }
    boolean taken = client.reads();
    if (pace != null && pace.tooSlow(taken, now)) {
      answer(Outcome.TooSlow.body(settings.leastBodyRate()));
    } else if (stream != null && progressed(stream.bytesBeforeWritable())) {
      moved = now;
    } else if (idle > settings.idleTimeout().toNanos()) {
      if (taken) {
        answer(Outcome.TooSlow.standing(settings.idleTimeout()));
      } else { // It is the instance that takes no more.
        late();
      }
    }
  }

  /** Whether a slow reader has taken something since the last look. */
  private boolean progressed(long left) {
    long before = unread;
    unread = left;
    return unread != before;
  }

  private void late() {
    AttemptStream first = Objects.requireNonNull(attempt);
    first.attempt().late();
    if (beside != null) {
      beside.attempt().late();
    }
    permit().answered();
    answer(new Outcome.TooLate(upstream.service(), first.endpoint().address()));
  }

  // The end.

  private void answer(Outcome outcome) {
    stop();
    client.answer(outcome);
  }

  private void stop() {
    over = true;
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
    if (permit != null) {
      permit.left();
    }
    body.release();
  }

  // Bytes, after 101.

  private void beginTunnel(HttpResponse response) {
    if (upgrade == null) {
      answer(brokenOffBy(Objects.requireNonNull(attempt)));
      return;
    }
    tunnel = true;
    String protocol = response.headers().get(HttpHeaderNames.UPGRADE, upgrade);
    Headers.toClient(response, client.requestId());
    response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderNames.UPGRADE);
    response.headers().set(HttpHeaderNames.UPGRADE, protocol);
    client.write(response);
    client.write(LastHttpContent.EMPTY_LAST_CONTENT);
    client.tunnel();
    Objects.requireNonNull(stream()).tunnel();
  }

  @Override
  public void tunnelled(ByteBuf bytes) {
    client.write(bytes);
  }

  @Override
  public void tunnelledByClient(ByteBuf bytes) {
    moved = loop.now();
    InstanceStream stream = stream();
    if (over || stream == null) {
      bytes.release();
    } else {
      stream.write(bytes);
    }
  }

  private Outcome brokenOffBy(AttemptStream attempt) {
    return new Outcome.BrokenOff(upstream.service(), attempt.endpoint().address());
  }

  private Permit permit() {
    return Objects.requireNonNull(permit);
  }

  /** That of the attempt; null while there is none. */
  private @Nullable InstanceStream stream() {
    return attempt == null ? null : attempt.stream();
  }
}
