package zaguan.gateway.call;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import zaguan.discovery.balancing.Methods;
import zaguan.discovery.balancing.Permit;
import zaguan.gateway.pages.Page;
import zaguan.gateway.routing.Route;
import zaguan.gateway.routing.RouteTable;

/**
 * One request on its way through the list of steps, and what they learn of it. When an instance is
 * to be asked, the {@link Exchange} goes on. Only on the event loop of the client's connection;
 * nothing here waits.
 */
final class Call implements ClientStream.Listener {

  /** One behaviour on the way of a call. Shared by all calls, so that it keeps nothing of one. */
  interface Step {

    /**
     * Looks at the call, and may change its request. Once for a call, on its event loop; must not
     * wait.
     */
    Next take(Call call);
  }

  private enum Phase {
    /** Steps look at its head. */
    ARRIVING,
    /** What has come at once is being read: mostly that is the whole request. */
    READING,
    /** Steps look at it once more. */
    READ,
    /** Instances are asked; all that comes is for the exchange. */
    ASKING,
    OVER
  }

  private final ClientStream client;
  private final HttpRequest request;
  private final List<Step> steps;
  private final CallRecord record;
  private final RequestBody body;

  /** As the client said it: Connection may name Expect, which is dropped then. */
  private final boolean expectsContinue;

  private Phase phase = Phase.ARRIVING;
  private int at;
  private @Nullable Route route;
  private @Nullable Permit permit;
  private @Nullable String upgrade;
  private @Nullable Long waitsUntil;
  private @Nullable Exchange exchange;

  Call(ClientStream client, HttpRequest request, List<Step> steps, CallRecord record) {
    this.client = client;
    this.request = request;
    this.steps = steps;
    this.record = record;
    body = new RequestBody(Methods.isIdempotent(request.method().name()));
    expectsContinue = HttpUtil.is100ContinueExpected(request);
  }

  private void enter(Phase next) {
    if (next.compareTo(phase) <= 0) {
      throw new IllegalStateException(phase + " does not become " + next);
    }
    phase = next;
  }

  // The way.

  @Override
  public void begin() {
    client.loop().assertInside();
    walk();
  }

  private void walk() {
    while (at < steps.size()) {
      Next next = steps.get(at++).take(this);
      if (next instanceof Next.End(Outcome why)) {
        fail(why);
        return;
      }
      if (next.equals(Next.ONCE_READ)) {
        enter(Phase.READING);
        return;
      }
      if (next.equals(Next.NONE)) {
        return;
      }
    }
  }

  @Override
  public void requestRead() {
    if (exchange != null) {
      exchange.requestRead();
    } else if (phase == Phase.READING) {
      enter(Phase.READ);
      walk();
    }
  }

  @Override
  public void body(HttpContent part) {
    client.loop().assertInside();
    if (exchange != null) {
      exchange.body(part);
    } else if (phase == Phase.ARRIVING || phase == Phase.OVER) {
      part.release(); // Nobody will ask for it.
    } else {
      body.add(part);
      if (body.length() > route().settings().maxBody()) {
        fail(new Outcome.BodyTooLarge(route().service(), route().settings().maxBody()));
      } else if (body.complete()) {
        requestRead();
      }
    }
  }

  // What steps see and do.

  ClientStream client() {
    return client;
  }

  /** As it came, and from step to step more as the instance is to see it. */
  HttpRequest request() {
    return request;
  }

  /** What has come of the body. */
  RequestBody body() {
    return body;
  }

  boolean expectsContinue() {
    return expectsContinue;
  }

  CallRecord record() {
    return record;
  }

  /** The service is known: from now on there is a {@link #route}. */
  void matched(RouteTable.Match match) {
    route = match.route();
    record.matched(match.route());
  }

  Route route() {
    return Objects.requireNonNull(route);
  }

  /** The service has room for it: from now on there is a {@link #permit}. */
  void admitted(Permit given) {
    permit = given;
  }

  Permit permit() {
    return Objects.requireNonNull(permit);
  }

  /** The protocol that the client wants to change to; null if none. */
  @Nullable String upgrade() {
    return upgrade;
  }

  void upgrade(@Nullable String protocol) {
    upgrade = protocol;
  }

  /** Until when the client waits for the response to begin, by the clock of its loop; or null. */
  @Nullable Long waitsUntil() {
    return waitsUntil;
  }

  /** The client waits so long, from the head of its request on. */
  void waitsFor(long millis) {
    waitsUntil = record.began() + TimeUnit.MILLISECONDS.toNanos(millis);
  }

  /** Instances are asked from now on. */
  void ask(Exchange with) {
    enter(Phase.ASKING);
    exchange = with;
    with.begin();
  }

  /** Answers with a page; no effect if the call is over. */
  void answer(Page page) {
    if (phase != Phase.OVER) {
      enter(Phase.OVER);
      record.page(page.status());
      client.answer(page);
    }
  }

  /** Answers with a problem; no effect if the call is over. */
  void fail(Outcome why) {
    if (phase != Phase.OVER) {
      end();
      record.failed(why);
      client.answer(why);
    }
  }

  // What else the client does.

  @Override
  public void malformed(Throwable cause) {
    Outcome why = Requests.undecodable(cause);
    if (exchange != null) {
      exchange.failed(why);
    } else {
      fail(why);
    }
  }

  @Override
  public void clientWritable(boolean writable) {
    if (exchange != null) {
      exchange.clientWritable(writable);
    }
  }

  @Override
  public void tunnelledByClient(ByteBuf bytes) {
    if (exchange != null) {
      exchange.tunnelledByClient(bytes);
    } else {
      bytes.release();
    }
  }

  @Override
  public void gone() {
    client.loop().assertInside();
    if (exchange != null) {
      exchange.gone();
    } else if (phase != Phase.OVER) {
      end();
      record.left();
    }
  }

  @Override
  public void tick(long now) {
    client.loop().assertInside();
    if (exchange != null) {
      exchange.tick(now);
    }
  }

  /** Before an instance was asked. */
  private void end() {
    enter(Phase.OVER);
    record.received(body.length());
    body.release();
    if (permit != null) {
      permit.left();
    }
  }
}
