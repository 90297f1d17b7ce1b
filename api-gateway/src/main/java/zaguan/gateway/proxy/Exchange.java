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
import zaguan.gateway.balancing.Admission;
import zaguan.gateway.balancing.Member;
import zaguan.gateway.balancing.Turn;
import zaguan.gateway.balancing.Upstream;
import zaguan.gateway.routing.JobGroup;
import zaguan.gateway.routing.Route;
import zaguan.gateway.routing.RouteTable;
import zaguan.gateway.routing.ServiceSettings;
import zaguan.gateway.scaling.NotAwake;

/**
 * The path of a request: match, admit, choose, connect, send, answer. If an instance fails before
 * its response began, choose again; if there is none, wait until there is. Only on the event loop
 * of the client's connection, on which that to the instance is too; nothing here waits.
 */
final class Exchange {

  /** An instance that ignores Expect never says 100, and its body must come all the same. */
  private static final long CONTINUE = TimeUnit.SECONDS.toNanos(1);

  /** As HAProxy's {@code timeout tunnel}. */
  private static final long TUNNEL_IDLE = TimeUnit.HOURS.toNanos(1);

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
  private final @Nullable String upgrade;
  private @Nullable Admission admission;
  private @Nullable Connection connection;
  private @Nullable Wait wait;
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
    attempts = new Attempts(upstream);
    body = new RequestBody(Requests.idempotent(request.method()));
    upgrade = front.http2() ? null : Headers.upgrade(request);
    repeatable = Requests.idempotent(request.method()) && upgrade == null;
    resendable = repeatable && Requests.bodyIsAtMost(request, RequestBody.BOUND);
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
    RouteTable.Match match = Requests.leaves(path) ? null : table.match(path);
    if (match != null) {
      return new Exchange(front, request, match);
    }
    front.answer(
        Requests.leaves(path)
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
    long length = HttpUtil.getContentLength(request, 0L);
    if (length > settings.maxBody()) {
      answer(new Outcome.BodyTooLarge(upstream.service(), settings.maxBody()));
      return;
    }
    admission = upstream.admit();
    if (admission == null) {
      answer(new Outcome.Overloaded(upstream.service()));
      return;
    }
    Headers.toInstance(request, prefix, front.peer(), front.trusted(), front.http2());
    if (upgrade != null) {
      request.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderNames.UPGRADE);
      request.headers().set(HttpHeaderNames.UPGRADE, upgrade);
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
    if (wait == null) {
      wait = new Wait(front.gateway().waker(), route, front.loop(), this, System.nanoTime());
    }
    NotAwake why = wait.begin(group);
    if (why != null) {
      notAwake(why);
    }
  }

  void awake() {
    if (body.complete()) { // The instance's time begins now.
      complete = System.nanoTime();
      admission().requested();
    }
    moved = front.loop().now();
    choose();
  }

  void notAwake(NotAwake why) {
    answer(new Outcome.Asleep(why));
  }

  private void connect(Turn turn) {
    if (body.complete()) {
      turn.requested();
    }
    Member member = turn.member();
    Connection idle = front.loop().idle(member, resendable);
    if (idle == null) {
      open(member);
    } else {
      connected(idle);
    }
  }

  private void open(Member member) {
    front.loop().connect(member, settings.connectTimeout().toMillis(), this);
  }

  void connected(Connection opened) {
    if (over) {
      opened.unused();
      return;
    }
    connection = opened;
    attempts.sent();
    request.headers().set(HttpHeaderNames.HOST, opened.address());
    opened.begin(this, request);
    body.writeTo(opened);
    opened.flush();
    front.read(true);
  }

  // What the client does.

  void body(HttpContent content) {
    moved = front.loop().now();
    if (over) {
      content.release();
      return;
    }
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
      complete = System.nanoTime();
      admission().requested();
      attempts.requested();
    }
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
    if (!begun) {
      begun = true;
      choose();
    } else if (connection != null) {
      connection.flush();
      // A flush that fails ends the connection before it returns.
      if (connection != null && !connection.isWritable()) {
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
    if (connection != null) {
      moved = front.loop().now();
      connection.read(writable);
    }
  }

  void clientGone() {
    stop();
  }

  // What the instance does.

  void instanceWritable(boolean writable) {
    moved = front.loop().now();
    front.read(writable);
  }

  void refused() {
    if (over) {
      return;
    }
    Turn next = attempts.afterRefusal();
    if (next == null) {
      answer(brokenOffBy(attempts.last()));
    } else {
      connect(next);
    }
  }

  void head(HttpResponse response) {
    moved = front.loop().now();
    int status = response.status().code();
    if (response.status().codeClass() == HttpStatusClass.INFORMATIONAL && status != 101) {
      informational(response);
      return;
    }
    attempts.last().answered(status);
    if (status >= 502 && status <= 504 && again()) {
      return;
    }
    admission().answered();
    responding = true;
    body.forget();
    if (status == 101) {
      beginTunnel(response);
    } else {
      if (!body.complete()) {
        front.endAfterThis();
      }
      Responses.head(front, response, request.method().equals(HttpMethod.HEAD));
    }
  }

  private void informational(HttpResponse response) {
    if (response.status().code() != 100) {
      if (!front.http10()) {
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

  void content(HttpContent content) {
    boolean last = content instanceof LastHttpContent;
    front.write(content);
    if (!last) {
      return;
    }
    Connection served = connection();
    over = true;
    attempts.end();
    body.release();
    if (body.complete() && body.written()) {
      served.release();
    } else {
      served.close();
    }
    connection = null;
    front.flush();
    front.responseEnded();
  }

  void responseRead() {
    moved = front.loop().now();
    if (responding) {
      front.flush();
      // A flush that fails ends the exchange before it returns.
      if (connection != null && !front.channel().isWritable()) {
        connection.read(false);
      }
    }
  }

  void brokenOff() {
    broken(false);
  }

  /** It sent what is no HTTP. */
  void unreadable() {
    broken(true);
  }

  private void broken(boolean unreadable) {
    if (over) {
      return;
    }
    Connection lost = connection();
    connection = null;
    if (tunnel) {
      stop();
      front.closeAfterWrites();
    } else if (responding) {
      stop();
      front.abort();
    } else if (!unreadable && lost.used() && mayRepeat() && attempts.isFirst()) {
      // The instance closed the connection, it may be, just when the request came: not its fault.
      if (upstream.mayRetry()) {
        body.rewind();
        open(attempts.last().member());
      } else {
        answer(brokenOffBy(attempts.last()));
      }
    } else {
      attempts.last().broken();
      if (!again()) {
        answer(brokenOffBy(attempts.last()));
      }
    }
  }

  // Once more.

  /** Sends the request to another instance; false if that may not be, or there is no other. */
  private boolean again() {
    Turn next = mayRepeat() ? attempts.again() : null;
    if (next == null) {
      return false;
    }
    if (connection != null) {
      connection.discard(body.written());
      connection = null;
    }
    body.rewind();
    connect(next);
    return true;
  }

  private boolean mayRepeat() {
    return repeatable && body.replayable();
  }

  // Time.

  void tick(long now) {
    if (over) {
      return;
    }
    long idle = now - moved;
    if (wait != null && wait.waits()) {
      if (wait.isLate(now)) {
        notAwake(wait.tooLate());
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
    } else if (connection != null
        && mayRepeat()
        && now - attempts.began() > settings.attemptTimeout().toNanos()) {
      attempts.last().late();
      if (!again()) {
        // No other instance: this one has until the deadline.
        attempts.giveMoreTime(now);
      }
    }
  }

  private void waitForBody(long now, long idle) {
    if (awaitsContinue && connection != null && now - attempts.began() > CONTINUE) {
      letContinue();
    }
    if (connection != null && progressed(connection.channel())) {
      moved = now;
    } else if (idle > settings.idleTimeout().toNanos()) {
      answer(new Outcome.TooSlow());
    }
  }

  /** Whether a slow reader has taken something since the last look. */
  private boolean progressed(Channel reader) {
    long before = unread;
    unread = reader.bytesBeforeWritable();
    return unread != before;
  }

  private void late() {
    attempts.last().late();
    admission().answered();
    answer(new Outcome.TooLate(upstream.service(), attempts.last().member().address()));
  }

  // The end.

  private void answer(Outcome outcome) {
    stop();
    front.answer(outcome);
  }

  private void stop() {
    over = true;
    if (connection != null) {
      connection.close();
      connection = null;
    }
    attempts.end();
    if (wait != null) {
      wait.end();
    }
    if (admission != null) {
      admission.left();
    }
    body.release();
  }

  // Bytes, after 101.

  private void beginTunnel(HttpResponse response) {
    if (upgrade == null) {
      answer(brokenOffBy(attempts.last()));
      return;
    }
    tunnel = true;
    String protocol = response.headers().get(HttpHeaderNames.UPGRADE, upgrade);
    Headers.toClient(response);
    response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderNames.UPGRADE);
    response.headers().set(HttpHeaderNames.UPGRADE, protocol);
    front.write(response);
    front.write(LastHttpContent.EMPTY_LAST_CONTENT);
    front.tunnel();
    connection().tunnel();
  }

  void tunnelled(ByteBuf bytes) {
    front.write(bytes);
  }

  void tunnelledByClient(ByteBuf bytes) {
    moved = front.loop().now();
    if (over || connection == null) {
      bytes.release();
    } else {
      connection.write(bytes);
    }
  }

  private Outcome brokenOffBy(Turn turn) {
    return new Outcome.BrokenOff(upstream.service(), turn.member().address());
  }

  private Admission admission() {
    return Objects.requireNonNull(admission);
  }

  private Connection connection() {
    return Objects.requireNonNull(connection);
  }
}
