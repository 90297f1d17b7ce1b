package zaguan.gateway.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.EncoderException;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import zaguan.gateway.call.ClientStream;
import zaguan.gateway.call.Outcome;
import zaguan.gateway.call.Requests;
import zaguan.gateway.pages.Page;

/**
 * A client's connection, or one stream of it in HTTP/2. Takes requests in their order, one at a
 * time, and makes a call of each. Only on its event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty tells failures to the pipeline.
final class HttpClientStream extends ChannelInboundHandlerAdapter
    implements ClientStream, Loop.Client {

  private enum Phase {
    /** For a request. */
    WAITING,
    /** A call is under way. */
    SERVING,
    /** The call has ended, and the rest of its request is thrown away. */
    ANSWERED,
    /** Nothing more is taken, and the stream is closed soon. */
    CLOSING;

    boolean mayBecome(Phase next) {
      return switch (this) {
        case WAITING -> next == SERVING || next == CLOSING;
        case SERVING -> next != SERVING;
        case ANSWERED -> next == WAITING || next == CLOSING;
        case CLOSING -> next == CLOSING;
      };
    }
  }

  /** Until the next request; HAProxy keeps its connections to a gateway for less. */
  private static final long IDLE = TimeUnit.SECONDS.toNanos(120);

  /** For a head, from its first byte to its last. */
  static final long HEAD = TimeUnit.SECONDS.toNanos(10);

  private final Transport transport;
  private final Loop loop;
  private final @Nullable RequestCodec codec;
  private final CurrentRequest request = new CurrentRequest();
  private final Pipelined pipelined = new Pipelined();
  private @Nullable ChannelHandlerContext context;
  private @Nullable ResponseWriter writer;
  private String peer = "";
  private boolean trusted;
  private Phase phase = Phase.WAITING;

  /** Who is told while a call is under way; null before it is known, and where none is made. */
  private ClientStream.@Nullable Listener call;

  private @Nullable Farewell farewell;

  /** A message that waited is being taken. */
  private boolean advancing;

  private long since;
  private long headSince;

  /**
   * @param codec of HTTP/1.1; null for a stream of HTTP/2
   */
  HttpClientStream(Transport transport, Loop loop, @Nullable RequestCodec codec) {
    this.transport = transport;
    this.loop = loop;
    this.codec = codec;
  }

  private void enter(Phase next) {
    if (!phase.mayBecome(next)) {
      throw new IllegalStateException(
          "The stream of " + peer + " is " + phase + ", and does not become " + next);
    }
    phase = next;
  }

  /** The address of a client, "" if it has none. */
  static String peer(Channel socket) {
    return socket.remoteAddress() instanceof InetSocketAddress address
        ? address.getAddress().getHostAddress()
        : "";
  }

  // What the client does.

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    loop.assertInside();
    context = ctx;
    writer = new ResponseWriter(ctx, loop, request, http2());
    since = loop.now();
    loop.add(this);
    peer = peer(socket());
    if (socket().remoteAddress() instanceof InetSocketAddress address) {
      trusted = transport.trusts(address);
    }
    ctx.channel().config().setAutoRead(true);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    loop.remove(this);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof HttpRequest) {
      headSince = 0; // If another has begun behind it, that has a time of its own.
    }
    if (phase == Phase.CLOSING) {
      ReferenceCountUtil.release(message);
    } else if (message instanceof ByteBuf bytes) {
      tunnelled(bytes);
    } else if (!pipelined.isEmpty() || (message instanceof HttpRequest && busy())) {
      pipelined.add(message);
      ctx.channel().config().setAutoRead(false);
    } else {
      accept(message);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    readComplete();
    if (codec != null) {
      headSince = !codec.midHead() ? 0 : headSince == 0 ? loop.now() : headSince;
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (call != null) {
      call.clientWritable(ctx.channel().isWritable());
    }
    ctx.fireChannelWritabilityChanged();
  }

  /** A stream that the client resets would else be closed only when all of it was read. */
  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof Http2ResetFrame) {
      // Not at once: Netty would answer a reset by a reset.
      loop.execute(ctx::close);
    }
    ctx.fireUserEventTriggered(event);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    loop.remove(this);
    pipelined.release();
    ClientStream.Listener left = call;
    call = null;
    enter(Phase.CLOSING);
    if (left != null) {
      left.gone();
    }
    ctx.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    Http2Exception fault = http2() ? faultOfClient(cause) : null;
    if (fault != null) {
      transport.clientFaults().broke(socket(), peer, String.valueOf(fault.getMessage()));
      // Netty resets the stream with the code that belongs to it, and counts.
      ctx.fireExceptionCaught(cause);
      return;
    }
    if (!(cause instanceof IOException)) {
      String where = call == null ? peer : peer + ", in request " + request.id();
      transport.clientFaults().unexpected(socket(), where, cause);
    }
    ctx.close();
  }

  /** What cannot be encoded is the instance's, or the gateway's own. */
  private static @Nullable Http2Exception faultOfClient(Throwable cause) {
    Http2Exception fault = Http2CodecUtil.getEmbeddedHttp2Exception(cause);
    return fault == null
            || cause instanceof EncoderException
            || fault.error() == Http2Error.INTERNAL_ERROR
        ? null
        : fault;
  }

  private void accept(Object message) {
    if (message instanceof FullHttpRequest whole && whole.decoderResult().isSuccess()) {
      // A stream of HTTP/2 that ended with its head.
      whole.release();
      begin(
          new DefaultHttpRequest(
              whole.protocolVersion(), whole.method(), whole.uri(), whole.headers()));
      request.end();
      body(LastHttpContent.EMPTY_LAST_CONTENT);
    } else if (message instanceof HttpRequest head) {
      begin(head);
    } else if (message instanceof HttpContent part) {
      if (message instanceof LastHttpContent) {
        request.end();
      }
      body(part);
    } else {
      ReferenceCountUtil.release(message); // A frame of HTTP/2 that nobody knows.
    }
  }

  private void begin(HttpRequest head) {
    enter(Phase.SERVING);
    String id = transport.requestIds().of(head.headers(), trusted);
    request.begin(head, id, loop.draining());
    if (codec != null) {
      codec.head(request.toHead());
    }
    Outcome fault = Requests.fault(head);
    if (fault != null) {
      request.isTheLast();
      answer(fault);
      return;
    }
    if (request.http10()) { // RFC 9110, 7.8 and 10.1.1.
      head.headers().remove(HttpHeaderNames.UPGRADE).remove(HttpHeaderNames.EXPECT);
    }
    request.accept(head);
    String uri = Requests.originForm(head);
    Outcome own = Requests.forGateway(head, uri);
    if (own != null) {
      answer(own);
      return;
    }
    call = transport.calls().of(this, head, uri);
    if (call != null) {
      call.begin();
    }
  }

  private void body(HttpContent part) {
    if (part.decoderResult().isFailure()) {
      part.release();
      request.end();
      request.isTheLast();
      if (call != null) {
        call.malformed(part.decoderResult().cause());
      } else {
        close();
      }
    } else if (call != null) {
      call.body(part);
    } else {
      part.release();
      proceed();
    }
  }

  private void readComplete() {
    if (call != null) {
      call.requestRead();
    }
  }

  private void tunnelled(ByteBuf bytes) {
    if (call == null) {
      bytes.release();
    } else {
      call.tunnelledByClient(bytes);
    }
  }

  // What the call asks for.

  @Override
  public Loop loop() {
    return loop;
  }

  @Override
  public boolean http2() {
    return codec == null;
  }

  @Override
  public boolean http10() {
    return request.http10();
  }

  @Override
  public String peer() {
    return peer;
  }

  @Override
  public boolean trusted() {
    return trusted;
  }

  @Override
  public String requestId() {
    return request.id();
  }

  @Override
  public void answer(Outcome outcome) {
    answer(transport.problem(outcome), outcome instanceof Outcome.TooSlow);
  }

  @Override
  public void answer(Page page) {
    answer(transport.response(page), false);
  }

  private void answer(FullHttpResponse response, boolean slow) {
    request.isAnsweredEarly(slow);
    writer().answer(response);
    responseEnded();
  }

  @Override
  public void head(HttpResponse response) {
    writer().head(response);
  }

  @Override
  public void write(HttpObject part) {
    writer().write(part);
  }

  @Override
  public void write(ByteBuf bytes) {
    writer().write(bytes);
  }

  @Override
  public void flush() {
    context().flush();
  }

  @Override
  public void endAfterThis() {
    request.isTheLast();
  }

  @Override
  public boolean isWritable() {
    return channel().isWritable();
  }

  @Override
  public long bytesBeforeWritable() {
    return channel().bytesBeforeWritable();
  }

  @Override
  public boolean reads() {
    return channel().config().isAutoRead();
  }

  @Override
  public void read(boolean wanted) {
    channel().config().setAutoRead(wanted);
  }

  @Override
  public void responseEnded() {
    call = null;
    if (phase == Phase.SERVING) { // Else it has closed while the response was sent.
      enter(Phase.ANSWERED);
      if (!request.ended()) {
        read(true); // Whoever took the body may have taken no more of it.
      }
      proceed();
    }
  }

  @Override
  public void abort() {
    call = null;
    // The client must see that it had begun: the front door would else send the request again.
    flush();
    channel().close();
  }

  @Override
  public void tunnel() {
    flush();
    if (codec != null) {
      context().pipeline().remove(codec);
    }
    read(true);
  }

  @Override
  public void closeAfterWrites() {
    call = null;
    close();
  }

  // Time.

  @Override
  public void tick(long now) {
    loop.assertInside();
    if (farewell != null) {
      farewell.tick(now);
    } else if (call != null) {
      call.tick(now);
    } else if (headSince != 0 && now - headSince > HEAD) {
      headIsLate();
    } else if (now - since > IDLE) {
      close();
    }
  }

  private void headIsLate() {
    headSince = 0;
    request.isLost(transport.requestIds().fresh());
    enter(Phase.SERVING);
    answer(
        new Outcome.TooSlow("its head took over " + TimeUnit.NANOSECONDS.toSeconds(HEAD) + " s"));
  }

  @Override
  public boolean busy() {
    return phase != Phase.WAITING;
  }

  @Override
  public void drain() {
    loop.assertInside();
    if (!busy()) {
      close();
    }
  }

  // From one request to the next.

  /** After a response, when the request has ended too: the next one. */
  private void proceed() {
    if (phase != Phase.ANSWERED) {
      return;
    }
    if (!request.keepsAlive()) {
      if (request.ended()) {
        close();
      } else {
        takeNoMore().linger();
      }
    } else if (request.ended()) {
      enter(Phase.WAITING);
      since = loop.now();
      if (!http2()) {
        next();
      }
    }
  }

  private void next() {
    if (advancing) {
      return; // Answered at once: the loop below goes on.
    }
    advancing = true;
    while (!pipelined.isEmpty()
        && phase != Phase.CLOSING
        && !(pipelined.beginsWithRequest() && busy())) {
      accept(pipelined.next());
    }
    advancing = false;
    if (phase != Phase.CLOSING) {
      readComplete();
      if (pipelined.isEmpty()) {
        read(true);
      }
    }
  }

  private void close() {
    boolean answered = phase == Phase.ANSWERED || phase == Phase.WAITING;
    takeNoMore().close(answered);
  }

  /** What a client still sends is read, so that its end is seen, and thrown away. */
  private Farewell takeNoMore() {
    enter(Phase.CLOSING);
    farewell = new Farewell(context(), loop, http2());
    pipelined.release();
    read(true);
    return farewell;
  }

  private Channel channel() {
    return context().channel();
  }

  /** The client's socket. */
  private Channel socket() {
    return http2() ? channel().parent() : channel();
  }

  private ChannelHandlerContext context() {
    return Objects.requireNonNull(context);
  }

  private ResponseWriter writer() {
    return Objects.requireNonNull(writer);
  }
}
