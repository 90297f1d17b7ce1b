package zaguan.gateway.call;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import zaguan.gateway.balancing.Endpoint;
import zaguan.gateway.balancing.Permit;
import zaguan.gateway.balancing.Upstream;
import zaguan.gateway.routing.Route;
import zaguan.gateway.routing.RouteTable;
import zaguan.gateway.routing.ServiceSettings;
import zaguan.gateway.scaling.Wakers;

/**
 * One request and its response: what the client sends goes to whom {@link Dispatch} asks, and what
 * that instance answers goes to the client. Only on the event loop of the client's connection, on
 * which those to the instances are too; nothing here waits.
 */
final class Call implements ClientStream.Listener, Dispatch.Owner {

  /** What happens to it at present; it only ever goes on. */
  private enum Phase {
    /** What has come at once is being read: mostly that is the whole request. */
    ARRIVING,
    /** It was let in, and no response has begun. */
    ASKING,
    RESPONDING,
    TUNNELLING,
    OVER
  }

  /** An instance that ignores Expect never says 100, and its body must come all the same. */
  private static final long CONTINUE = TimeUnit.SECONDS.toNanos(1);

  private final ClientStream client;
  private final CallLoop loop;
  private final Wakers wakers;
  private final HttpRequest request;
  private final Route route;
  private final ServiceSettings settings;
  private final Upstream upstream;
  private final RequestBody body;
  private final Deadlines deadlines;

  /** The protocol that the client wants to change to. */
  private final @Nullable String upgrade;

  private Phase phase = Phase.ARRIVING;
  private @Nullable Permit permit;
  private @Nullable Dispatch dispatch;
  private @Nullable Tunnel tunnel;
  private boolean awaitsContinue;

  Call(ClientStream client, HttpRequest request, RouteTable.Match match, Wakers wakers) {
    this.client = client;
    this.request = request;
    this.wakers = wakers;
    loop = client.loop();
    route = match.route();
    settings = route.settings();
    upstream = route.upstream();
    body = new RequestBody(Requests.idempotent(request.method()));
    deadlines = new Deadlines(settings, loop);
    upgrade = client.http2() ? null : Headers.upgrade(request);
    awaitsContinue = HttpUtil.is100ContinueExpected(request);
    String uri = request.uri();
    int query = uri.indexOf('?');
    request.setUri(query < 0 ? match.rest() : match.rest() + uri.substring(query));
  }

  private void enter(Phase next) {
    if (next.compareTo(phase) <= 0) {
      throw new IllegalStateException(phase + " does not become " + next);
    }
    phase = next;
  }

  @Override
  public String requestId() {
    return client.requestId();
  }

  // What the client does.

  @Override
  public void begin() {
    loop.assertInside();
    long length = HttpUtil.getContentLength(request, 0L);
    if (length > settings.maxBody()) {
      failed(new Outcome.BodyTooLarge(upstream.service(), settings.maxBody()));
      return;
    }
    Headers.toInstance(
        request,
        route.prefix(),
        client.requestId(),
        client.peer(),
        client.trusted(),
        client.http2());
    if (upgrade != null) {
      request.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderNames.UPGRADE);
      request.headers().set(HttpHeaderNames.UPGRADE, upgrade);
    }
  }

  @Override
  public void body(HttpContent part) {
    loop.assertInside();
    if (phase == Phase.OVER) {
      part.release();
      return;
    }
    deadlines.bodyCame(part.content().readableBytes());
    FieldNames.dropFieldsOfHead(part);
    body.add(part);
    if (body.length() > settings.maxBody()) {
      breakOffOr(new Outcome.BodyTooLarge(upstream.service(), settings.maxBody()));
      return;
    }
    if (body.complete() && !completed()) {
      return;
    }
    InstanceStream stream = stream();
    if (stream != null) {
      body.writeTo(stream);
    } else if (body.complete() && phase == Phase.ARRIVING) {
      requestRead();
    }
  }

  /** False if the request is not let in now that it has come. */
  private boolean completed() {
    long now = deadlines.requestComplete();
    if (permit != null && !permit.requested()) {
      failed(new Outcome.Overloaded(upstream.service()));
      return false;
    }
    if (dispatch != null) {
      dispatch.requestComplete(now);
    }
    return true;
  }

  @Override
  public void requestRead() {
    if (phase == Phase.OVER) {
      return;
    }
    InstanceStream stream = stream();
    if (phase == Phase.ARRIVING) {
      admit();
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

  private void admit() {
    enter(Phase.ASKING);
    permit = upstream.admit(body.complete());
    if (permit == null) {
      failed(new Outcome.Overloaded(upstream.service()));
      return;
    }
    boolean repeatable = Requests.idempotent(request.method()) && upgrade == null;
    dispatch =
        new Dispatch(this, loop, wakers, request, body, route, permit, deadlines, repeatable);
    dispatch.begin();
  }

  @Override
  public void malformed(Throwable cause) {
    breakOffOr(Requests.undecodable(cause));
  }

  @Override
  public void clientWritable(boolean writable) {
    InstanceStream stream = stream();
    if (stream != null) {
      deadlines.moved();
      stream.read(writable);
    }
  }

  @Override
  public void tunnelledByClient(ByteBuf bytes) {
    deadlines.moved();
    if (tunnel == null || stream() == null) {
      bytes.release();
    } else {
      tunnel.toInstance(bytes);
    }
  }

  @Override
  public void gone() {
    loop.assertInside();
    stop();
  }

  // What the instance does.

  @Override
  public void sent() {
    client.read(true);
  }

  @Override
  public void interim(HttpResponse head, boolean taken) {
    if (head.status().code() == 100) {
      letContinue();
    } else if (taken && !client.http10()) {
      Responses.interim(client, head);
    }
  }

  private void letContinue() {
    if (awaitsContinue) {
      awaitsContinue = false;
      if (!client.http10()) {
        Responses.toContinue(client);
      }
    }
  }

  @Override
  public void head(Endpoint from, HttpResponse head) {
    body.forget();
    if (head.status().code() == 101) {
      change(head);
      return;
    }
    enter(Phase.RESPONDING);
    if (!body.complete()) {
      client.endAfterThis();
    }
    if (settings.rewriteLocation()) {
      Locations.putBack(head.headers(), request.headers(), route.prefix(), from.address());
    }
    Responses.head(client, head, request.method().equals(HttpMethod.HEAD));
  }

  private void change(HttpResponse head) {
    if (upgrade == null) {
      failed(dispatch().brokenOff());
    } else {
      enter(Phase.TUNNELLING);
      tunnel = new Tunnel(client, Objects.requireNonNull(stream()));
      tunnel.begin(head, upgrade);
    }
  }

  @Override
  public void content(HttpContent part) {
    boolean last = part instanceof LastHttpContent;
    FieldNames.dropFieldsOfHead(part);
    client.write(part);
    if (last) {
      enter(Phase.OVER);
      body.release();
      dispatch().end();
      client.flush();
      client.responseEnded();
    }
  }

  @Override
  public void responseRead() {
    client.flush();
    // A flush that fails ends the call before it returns.
    InstanceStream stream = stream();
    if (stream != null && !client.isWritable()) {
      stream.read(false);
    }
  }

  @Override
  public void instanceWritable(boolean writable) {
    deadlines.moved();
    client.read(writable);
  }

  @Override
  public void tunnelled(ByteBuf bytes) {
    Objects.requireNonNull(tunnel).toClient(bytes);
  }

  @Override
  public void lost() {
    boolean tunnelled = phase == Phase.TUNNELLING;
    stop();
    if (tunnelled) {
      client.closeAfterWrites();
    } else {
      client.abort();
    }
  }

  // Time.

  @Override
  public void tick(long now) {
    loop.assertInside();
    switch (phase) {
      case ARRIVING, ASKING -> lookAtRequest(now);
      case RESPONDING -> {
        if (!deadlines.hasProgressed(client.bytesBeforeWritable(), now)
            && deadlines.isIdle(settings.idleTimeout(), now)) {
          breakOff();
        }
      }
      case TUNNELLING -> {
        if (deadlines.isIdle(Tunnel.IDLE, now)) {
          breakOff();
        }
      }
      case OVER -> {}
    }
  }

  private void lookAtRequest(long now) {
    if (dispatch != null && dispatch.waits()) {
      dispatch.lookAtWait(now);
    } else if (!body.complete()) {
      lookAtBody(now);
    } else if (dispatch != null && deadlines.isResponseLate(now)) {
      dispatch.late();
    } else if (dispatch != null) {
      dispatch.lookBeside(now);
    }
  }

  private void lookAtBody(long now) {
    InstanceStream stream = stream();
    if (dispatch != null) {
      if (dispatch.asked(now) > CONTINUE) {
        letContinue();
      }
      dispatch.lookAtLoad(now);
    }
    boolean taken = client.reads();
    if (deadlines.isBodyLate(taken, now)) {
      failed(Outcome.TooSlow.body(settings.leastBodyRate()));
    } else if (stream != null && deadlines.hasProgressed(stream.bytesBeforeWritable(), now)) {
      return;
    } else if (deadlines.isIdle(settings.idleTimeout(), now)) {
      if (taken) {
        failed(Outcome.TooSlow.standing(settings.idleTimeout()));
      } else { // It is the instance that takes no more.
        dispatch().late();
      }
    }
  }

  // The end.

  @Override
  public void failed(Outcome why) {
    stop();
    client.answer(why);
  }

  /** The client must see that the response, if it has begun, is broken. */
  private void breakOffOr(Outcome why) {
    if (phase.compareTo(Phase.RESPONDING) < 0) {
      failed(why);
    } else {
      breakOff();
    }
  }

  private void breakOff() {
    stop();
    client.abort();
  }

  private void stop() {
    if (phase != Phase.OVER) {
      enter(Phase.OVER);
      if (dispatch != null) {
        dispatch.stop();
      }
      body.release();
    }
  }

  private Dispatch dispatch() {
    return Objects.requireNonNull(dispatch);
  }

  /** To the instance that is asked; null while there is no connection. */
  private @Nullable InstanceStream stream() {
    return dispatch == null ? null : dispatch.stream();
  }
}
