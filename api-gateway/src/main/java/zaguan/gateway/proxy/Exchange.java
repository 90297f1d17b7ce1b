package zaguan.gateway.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import zaguan.gateway.balancing.Permit;
import zaguan.gateway.balancing.Turn;
import zaguan.gateway.balancing.Upstream;
import zaguan.gateway.catalog.JobGroup;
import zaguan.gateway.routing.Route;
import zaguan.gateway.routing.RouteTable;
import zaguan.gateway.routing.ServiceSettings;
import zaguan.gateway.scaling.WakeFailure;

/**
 * The path of a request: match, admit, choose, connect, send, answer. If an instance fails before
 * its response began, choose again; if one takes long, ask another beside it; if there is none,
 * wait until there is. Only on the event loop of the client's connection, on which those to the
 * instances are too; nothing here waits.
 */
final class Exchange {

  /** An instance that ignores Expect never says 100, and its body must come all the same. */
  private static final long CONTINUE = TimeUnit.SECONDS.toNanos(1);

  /** As HAProxy's {@code timeout tunnel}. */
  private static final long TUNNEL_IDLE = TimeUnit.HOURS.toNanos(1);

  /** A body that comes for longer is no load of the instance: few are, and those mostly wait. */
  private static final long LOAD = TimeUnit.SECONDS.toNanos(1);

  private final Front front;
  private final HttpRequest request;
  private final String prefix;
  private final ServiceSettings settings;
  private final Upstream upstream;
  private final Route route;
  private final Attempts attempts;
  private final RequestBody body;
  private final boolean repeatable;
  private final boolean resendable;

  /** Whether two instances may work on it at once: a request that changes something might race. */
  private final boolean safe;

  private final @Nullable String upgrade;
  private @Nullable Permit permit;
  private @Nullable Pace pace;

  /** Gets the body as it comes; its response is the one that the client gets, once it begins. */
  private @Nullable Attempt attempt;

  /** A second one, while the first is late; whichever begins to answer is the attempt. */
  private @Nullable Attempt beside;

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

  private Exchange(Front front, HttpRequest request, RouteTable.Match match) {
    route = match.route();
    this.front = front;
    this.request = request;
    prefix = route.prefix();
    settings = route.settings();
    upstream = route.upstream();
    attempts = new Attempts(upstream, front.loop().clock());
    body = new RequestBody(Requests.idempotent(request.method()));
    upgrade = front.http2() ? null : Headers.upgrade(request);
    repeatable = Requests.idempotent(request.method()) && upgrade == null;
    resendable = repeatable && Requests.bodyIsAtMost(request, RequestBody.BOUND);
    safe = repeatable && Requests.safe(request.method());
    awaitsContinue = HttpUtil.is100ContinueExpected(request);
    moved = front.loop().now();
    String uri = request.uri();
    int query = uri.indexOf('?');
    request.setUri(query < 0 ? match.rest() : match.rest() + uri.substring(query));
  }

  // The path.

  /** Matches the request with a service; answers it if there is none, or none that may be asked. */
  static @Nullable Exchange of(Front front, HttpRequest request, String uri) {
    String path = Requests.path(uri);
    RouteTable table = front.gateway().routes();
    RouteTable.Match match = Requests.hasDotSegments(path) ? null : table.match(path);
    if (match != null) {
      return new Exchange(front, request, match);
    }
    front.answer(
        Requests.hasDotSegments(path)
            ? new Outcome.BadPath()
            : table.loaded() ? new Outcome.NoRoute(path) : new Outcome.NotLoaded());
    return null;
  }

  /** A request for the gateway itself, where Micronaut does not reach: on a stream of HTTP/2. */
  static Exchange toItself(Front front, HttpRequest request, String uri) {
    InetSocketAddress address = (InetSocketAddress) front.socket().localAddress();
    return new Exchange(front, request, front.gateway().itself(address, Requests.path(uri)));
  }

  void begin() {
    front.loop().assertInside();
    long length = HttpUtil.getContentLength(request, 0L);
    if (length > settings.maxBody()) {
      answer(new Outcome.BodyTooLarge(upstream.service(), settings.maxBody()));
      return;
    }
    Headers.toInstance(
        request, prefix, front.requestId(), front.peer(), front.trusted(), front.http2());
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
      pace = Pace.of(settings.leastBodyRate(), front.loop().now());
    }
  }

  private void choose() {
    Turn first = attempts.first();
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
      wait = new WaitingRequest(front.gateway().waker(), route, front.loop(), this, nanoTime());
    }
    return wait;
  }

  void awake() {
    front.loop().assertInside();
    if (body.complete()) { // The instance's time begins now.
      complete = nanoTime();
      permit().requested();
    }
    moved = front.loop().now();
    measure();
    choose();
  }

  void wakeFailed(WakeFailure why) {
    front.loop().assertInside();
    answer(new Outcome.Asleep(why));
  }

  private void connect(Turn turn) {
    attempt = new Attempt(this, turn, attempts.began());
    connect(attempt);
  }

  private void connect(Attempt next) {
    if (body.complete()) {
      next.turn().requested();
    }
    Connection idle = front.loop().idle(next.endpoint(), resendable);
    if (idle == null) {
      open(next);
    } else {
      next.connected(idle);
    }
  }

  private void open(Attempt next) {
    front.loop().connect(next.endpoint(), settings.connectTimeout().toMillis(), next);
  }

  void connected(Attempt to) {
    front.loop().assertInside();
    request.headers().set(HttpHeaderNames.HOST, to.endpoint().address());
    body.rewind();
    if (to.send(request, body)) {
      attempts.sent();
      front.read(true);
    } else {
      open(to);
    }
  }

  String requestId() {
    return front.requestId();
  }

  private long nanoTime() {
    return front.loop().clock().getAsLong();
  }

  // What the client does.

  void body(HttpContent content) {
    front.loop().assertInside();
    moved = front.loop().now();
    if (over) {
      content.release();
      return;
    }
    if (pace != null) {
      pace.came(content.content().readableBytes(), moved);
    }
    Trailers.dropFieldsOfHead(content);
    body.add(content);
    if (body.length() > settings.maxBody()) {
      if (responding) {
        stop();
        front.abort();
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
        attempt.turn().requested();
        attempts.giveMoreTime(complete);
      }
    }
    Connection connection = connection();
    if (connection != null) {
      body.writeTo(connection);
    } else if (body.complete() && !begun) {
      requestRead();
    }
  }

  /** All that has come from the client was given to this exchange. */
  void requestRead() {
    if (over) {
      return;
    }
    Connection connection = connection();
    if (!begun) {
      begun = true;
      if (admitted()) {
        choose();
      }
    } else if (connection != null) {
      connection.flush();
      // A flush that fails ends the connection before it returns.
      if (connection() != null && !connection.isWritable()) {
        front.read(false);
      }
    } else if (body.full()) {
      front.read(false);
    }
  }

  void malformed(Throwable cause) {
    if (responding) {
      stop();
      front.abort();
    } else {
      answer(Requests.undecodable(cause));
    }
  }

  void clientWritable(boolean writable) {
    Connection connection = connection();
    if (connection != null) {
      moved = front.loop().now();
      connection.read(writable);
    }
  }

  void clientGone() {
    front.loop().assertInside();
    stop();
  }

  // What the instance does.

  void instanceWritable(boolean writable) {
    moved = front.loop().now();
    front.read(writable);
  }

  /** It took no connection, so that it has not seen the request. */
  void refused(Attempt refused) {
    front.loop().assertInside();
    Turn next = attempts.afterRefusal(refused.turn());
    if (next != null) {
      connect(replace(refused, next));
    } else if (beside != null) {
      leave(refused);
    } else if (route.group() != null && attempts.mayBeSent()) {
      leave(refused);
      awaitAcceptance();
    } else {
      answer(brokenOffBy(refused));
    }
  }

  void head(Attempt from, HttpResponse response) {
    front.loop().assertInside();
    moved = front.loop().now();
    int status = response.status().code();
    if (response.status().codeClass() == HttpStatusClass.INFORMATIONAL && status != 101) {
      informational(response);
      return;
    }
    from.turn().answered(status);
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
        front.endAfterThis();
      }
      if (settings.rewriteLocation()) {
        Locations.putBack(response.headers(), request.headers(), prefix, from.endpoint().address());
      }
      Responses.head(front, response, request.method().equals(HttpMethod.HEAD));
    }
  }

  /** The response of this one is the answer; what another does with the request is given up. */
  private void take(Attempt answering) {
    Attempt other = answering == beside ? attempt : beside;
    attempt = answering;
    beside = null;
    if (other != null) {
      if (nanoTime() - other.began() > settings.attemptTimeout().toNanos()) {
        other.turn().late();
      }
      other.cancel();
    }
  }

  private void informational(HttpResponse response) {
    if (response.status().code() != 100) {
      // Of two that are asked, either may be the one that is not taken.
      if (!front.http10() && beside == null) {
        Responses.interim(front, response);
      }
    } else if (awaitsContinue) {
      letContinue();
    }
  }

  private void letContinue() {
    awaitsContinue = false;
    if (!front.http10()) {
      Responses.toContinue(front);
    }
  }

  void content(Attempt from, HttpContent content) {
    boolean last = content instanceof LastHttpContent;
    Trailers.dropFieldsOfHead(content);
    front.write(content);
    if (!last) {
      return;
    }
    over = true;
    body.release();
    attempt = null;
    from.end(body.complete() && body.written());
    front.flush();
    front.responseEnded();
  }

  void responseRead() {
    moved = front.loop().now();
    if (responding) {
      front.flush();
      // A flush that fails ends the exchange before it returns.
      Connection connection = connection();
      if (connection != null && !front.channel().isWritable()) {
        connection.read(false);
      }
    }
  }

  /**
   * The connection is lost.
   *
   * @param unreadable what is wrong with what came on it, to follow a colon; null if it broke off
   */
  void broken(Attempt broken, Connection lost, @Nullable String unreadable) {
    front.loop().assertInside();
    if (unreadable != null) {
      String what = "request " + front.requestId() + ": " + unreadable;
      broken.turn().unreadable(Requests.path(request.uri()), what);
    }
    if (tunnel) {
      stop();
      front.closeAfterWrites();
    } else if (responding) {
      stop();
      front.abort();
    } else {
      // The instance closed the connection, it may be, just when the request came: not its fault.
      boolean closed = unreadable == null && mayRepeat() && broken.mayReopen(lost);
      if (closed && attempts.mayBeSentAgain()) {
        broken.reopen();
        open(broken);
        return;
      }
      if (!closed) {
        broken.turn().broken();
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
  private boolean goesOnWithout(Attempt failed) {
    Turn next = mayRepeat() ? attempts.another(failed.turn()) : null;
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

  private Attempt replace(Attempt failed, Turn next) {
    Attempt replacement = new Attempt(this, next, attempts.began());
    if (failed == beside) {
      beside = replacement;
    } else {
      attempt = replacement;
    }
    return replacement;
  }

  private void leave(Attempt failed) {
    if (failed == attempt) {
      attempt = beside;
    }
    beside = null;
  }

  /** Asks another instance while the one that is late goes on: the first to answer is taken. */
  private void askBeside(Attempt late, long now) {
    Turn next = attempts.another(late.turn());
    if (next == null) {
      attempts.giveMoreTime(now); // The late one has until the deadline, unless there is another.
    } else {
      beside = new Attempt(this, next, attempts.began());
      connect(beside);
    }
  }

  private boolean mayRepeat() {
    return repeatable && body.replayable();
  }

  // Time.

  void tick(long now) {
    front.loop().assertInside();
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
        front.abort();
      }
    } else if (responding) {
      if (progressed(front.channel())) {
        moved = now;
      } else if (idle > settings.idleTimeout().toNanos()) {
        stop();
        front.abort();
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
        && connection() != null
        && mayRepeat()
        && now - attempts.began() > patience;
  }

  private void waitForBody(long now, long idle) {
    Connection connection = connection();
    if (awaitsContinue && connection != null && now - attempts.began() > CONTINUE) {
      letContinue();
    }
    if (attempt != null && now - attempts.began() > LOAD) {
      attempt.turn().comesSlowly();
    }
    boolean taken = front.reads();
    if (pace != null && pace.tooSlow(taken, now)) {
      answer(Outcome.TooSlow.body(settings.leastBodyRate()));
    } else if (connection != null && progressed(connection.channel())) {
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
  private boolean progressed(Channel reader) {
    long before = unread;
    unread = reader.bytesBeforeWritable();
    return unread != before;
  }

  private void late() {
    Attempt first = Objects.requireNonNull(attempt);
    first.turn().late();
    if (beside != null) {
      beside.turn().late();
    }
    permit().answered();
    answer(new Outcome.TooLate(upstream.service(), first.endpoint().address()));
  }

  // The end.

  private void answer(Outcome outcome) {
    stop();
    front.answer(outcome);
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
    Headers.toClient(response, front.requestId());
    response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderNames.UPGRADE);
    response.headers().set(HttpHeaderNames.UPGRADE, protocol);
    front.write(response);
    front.write(LastHttpContent.EMPTY_LAST_CONTENT);
    front.tunnel();
    Objects.requireNonNull(connection()).tunnel();
  }

  void tunnelled(ByteBuf bytes) {
    front.write(bytes);
  }

  void tunnelledByClient(ByteBuf bytes) {
    moved = front.loop().now();
    Connection connection = connection();
    if (over || connection == null) {
      bytes.release();
    } else {
      connection.write(bytes);
    }
  }

  private Outcome brokenOffBy(Attempt attempt) {
    return new Outcome.BrokenOff(upstream.service(), attempt.endpoint().address());
  }

  private Permit permit() {
    return Objects.requireNonNull(permit);
  }

  /** That of the attempt; null while there is none. */
  private @Nullable Connection connection() {
    return attempt == null ? null : attempt.connection();
  }
}
