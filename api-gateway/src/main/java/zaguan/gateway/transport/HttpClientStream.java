package zaguan.gateway.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.EncoderException;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import zaguan.gateway.call.ClientStream;
import zaguan.gateway.call.Outcome;
import zaguan.gateway.call.RequestIds;
import zaguan.gateway.call.Requests;
import zaguan.gateway.pages.Page;

/**
 * A client's connection, or one stream of it in HTTP/2. Takes requests in their order, one at a
 * time, and makes a call of each. Only on its event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty tells failures to the pipeline.
final class HttpClientStream extends ChannelDuplexHandler implements ClientStream, Loop.Client {

  /** Until the next request; HAProxy keeps its connections to a gateway for less. */
  private static final long IDLE = TimeUnit.SECONDS.toNanos(120);

  /** For a head, from its first byte to its last. */
  static final long HEAD = TimeUnit.SECONDS.toNanos(10);

  /** For a client to read what was written last, before its connection is closed. */
  private static final long LAST = TimeUnit.SECONDS.toNanos(60);

  /** For a client to stop sending, after an answer to a request that was not read to its end. */
  private static final long LINGER = TimeUnit.SECONDS.toNanos(2);

  /** What is read of a body that nobody wants, to keep the connection. */
  private static final int DISCARDABLE = 64 * 1024;

  private final Transport transport;
  private final Loop loop;
  private final @Nullable RequestCodec codec;
  private final Deque<Object> pipelined = new ArrayDeque<>(0);
  private @Nullable ChannelHandlerContext context;
  private String peer = "";
  private boolean trusted;

  /** Of the request that came last. */
  private String requestId = "";

  /** Of the request that is being served; null while none is. */
  private ClientStream.@Nullable Listener call;

  private boolean answered;

  private boolean requestEnded = true;
  private boolean keepAlive = true;
  private boolean http10;
  private boolean toHead;
  private boolean bodyIsSmall;

  /** Nothing more is taken, and the connection is closed soon: by then at the latest. */
  private boolean closing;

  private long closeBy;
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

  private Channel channel() {
    return context().channel();
  }

  /** The client's socket. */
  private Channel socket() {
    return http2() ? channel().parent() : channel();
  }

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
    return http10;
  }

  @Override
  public String peer() {
    return peer;
  }

  /** The address of a client, "" if it has none. */
  static String peer(Channel socket) {
    return socket.remoteAddress() instanceof InetSocketAddress address
        ? address.getAddress().getHostAddress()
        : "";
  }

  @Override
  public boolean trusted() {
    return trusted;
  }

  @Override
  public String requestId() {
    return requestId;
  }

  @Override
  public boolean busy() {
    return call != null || !requestEnded || closing;
  }

  // The client's side.

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    loop.assertInside();
    context = ctx;
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
    if (closing) {
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
      loop.eventLoop().execute(ctx::close);
    }
    ctx.fireUserEventTriggered(event);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    loop.remove(this);
    forgetPipelined();
    ClientStream.Listener left = call;
    call = null;
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
      transport.clientFaults().unexpected(socket(), peer + inRequest(), cause);
    }
    ctx.close();
  }

  private String inRequest() {
    return call == null ? "" : ", in request " + requestId;
  }

  private void accept(Object message) {
    if (message instanceof FullHttpRequest whole && whole.decoderResult().isSuccess()) {
      // A stream of HTTP/2 that ended with its head.
      whole.release();
      begin(
          new DefaultHttpRequest(
              whole.protocolVersion(), whole.method(), whole.uri(), whole.headers()));
      requestEnded = true;
      body(LastHttpContent.EMPTY_LAST_CONTENT);
    } else if (message instanceof HttpRequest request) {
      begin(request);
    } else if (message instanceof HttpContent content) {
      requestEnded = message instanceof LastHttpContent;
      body(content);
    } else {
      ReferenceCountUtil.release(message); // A frame of HTTP/2 that nobody knows.
    }
  }

  private void begin(HttpRequest request) {
    requestEnded = false;
    answered = false;
    requestId = transport.requestIds().of(request.headers(), trusted);
    http10 = request.protocolVersion().equals(HttpVersion.HTTP_1_0);
    keepAlive = HttpUtil.isKeepAlive(request) && !loop.draining();
    toHead = request.method().equals(HttpMethod.HEAD);
    if (codec != null) {
      codec.head(toHead);
    }
    Outcome fault = Requests.fault(request);
    if (fault != null) {
      keepAlive = false;
      answer(fault);
      return;
    }
    if (http10) { // RFC 9110, 7.8 and 10.1.1.
      request.headers().remove(HttpHeaderNames.UPGRADE).remove(HttpHeaderNames.EXPECT);
    }
    bodyIsSmall = Requests.bodyIsAtMost(request, DISCARDABLE);
    String uri = Requests.originForm(request);
    Outcome own = Requests.forGateway(request, uri);
    if (own != null) {
      answer(own);
      return;
    }
    call = transport.calls().of(this, request, uri);
    if (call != null) {
      call.begin();
    }
  }

  private void body(HttpContent content) {
    if (content.decoderResult().isFailure()) {
      content.release();
      requestEnded = true;
      keepAlive = false;
      if (call != null) {
        call.malformed(content.decoderResult().cause());
      } else {
        close();
      }
    } else if (call != null) {
      call.body(content);
    } else {
      content.release();
      proceed();
    }
  }

  private void readComplete() {
    if (call != null) {
      call.requestRead();
    }
  }

  // The call's side.

  @Override
  public void answer(Outcome outcome) {
    keepAlive &= !(outcome instanceof Outcome.TooSlow) || requestEnded;
    answer(transport.problem(outcome));
  }

  @Override
  public void answer(Page page) {
    ByteBuf body = Unpooled.wrappedBuffer(page.body());
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(page.status()), body);
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, page.mediaType())
        .set(HttpHeaderNames.CONTENT_LENGTH, page.body().length);
    answer(response);
  }

  private void answer(FullHttpResponse response) {
    loop.assertInside();
    keepAlive &= requestEnded || bodyIsSmall;
    response.headers().set(RequestIds.FIELD, requestId);
    if (http2() && toHead) {
      response.release();
      head(new DefaultHttpResponse(HttpVersion.HTTP_1_1, response.status(), response.headers()));
      send(LastHttpContent.EMPTY_LAST_CONTENT);
    } else {
      head(response);
    }
    flush();
    responseEnded();
  }

  @Override
  public void head(HttpResponse response) {
    if (!http2()) {
      boolean keep = keepAlive && !loop.draining();
      keepAlive = keep;
      if (!keep) {
        response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
      } else if (http10) {
        response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
      }
    }
    send(response);
  }

  @Override
  public void write(HttpObject part) {
    send(part);
  }

  @Override
  public void write(ByteBuf bytes) {
    send(bytes);
  }

  private void send(Object message) {
    loop.assertInside();
    if (http2() && !keepAlive && !requestEnded && endsResponse(message)) {
      // The rest of the request is not wanted: RFC 9113, 8.1. Sooner, the response would be cut.
      context()
          .write(message)
          .addListener(
              written -> context().writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.NO_ERROR)));
    } else {
      context().write(message, context().voidPromise());
    }
  }

  @Override
  public void flush() {
    context().flush();
  }

  @Override
  public void endAfterThis() {
    keepAlive = false;
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
    answered = true;
    if (!requestEnded) {
      read(true); // Whoever took the body may have taken no more of it.
    }
    proceed();
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
    if (closing) {
      if (now - closeBy > 0) {
        channel().close();
      }
    } else if (call != null) {
      call.tick(now);
    } else if (headSince != 0 && now - headSince > HEAD) {
      keepAlive = false;
      requestEnded = true;
      headSince = 0;
      requestId = transport.requestIds().fresh();
      answer(
          new Outcome.TooSlow("its head took over " + TimeUnit.NANOSECONDS.toSeconds(HEAD) + " s"));
    } else if (now - since > IDLE) {
      close();
    }
  }

  @Override
  public void drain() {
    loop.assertInside();
    if (!busy()) {
      close();
    }
  }

  /** After a response, when the request has ended too: the next one. */
  private void proceed() {
    if (!answered) {
      return;
    }
    if (!keepAlive) {
      if (requestEnded) {
        close();
      } else {
        linger();
      }
    } else if (requestEnded) {
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
        && !closing
        && !(pipelined.peek() instanceof HttpRequest && busy())) {
      accept(pipelined.remove());
    }
    advancing = false;
    if (!closing) {
      readComplete();
      if (pipelined.isEmpty()) {
        read(true);
      }
    }
  }

  private void close() {
    takeNoMore();
    if (!http2()) {
      context().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    } else if (!answered) {
      channel().close(); // Else the stream ends with its response.
    }
  }

  /**
   * Closing while the client still sends would reset the connection, and the answer be lost: <a
   * href="https://www.rfc-editor.org/rfc/rfc9112#section-9.6">RFC 9112, 9.6</a>.
   */
  private void linger() {
    takeNoMore();
    if (channel() instanceof DuplexChannel duplex) {
      context()
          .writeAndFlush(Unpooled.EMPTY_BUFFER)
          .addListener(
              written -> {
                duplex.shutdownOutput();
                closeBy = loop.now() + LINGER;
              });
    }
  }

  /** What a client still sends is read, so that its end is seen, and thrown away. */
  private void takeNoMore() {
    closing = true;
    closeBy = loop.now() + LAST;
    forgetPipelined();
    read(true);
  }

  private void forgetPipelined() {
    pipelined.forEach(ReferenceCountUtil::release);
    pipelined.clear();
  }

  private static boolean endsResponse(Object message) {
    return message instanceof LastHttpContent
        && !(message instanceof HttpResponse response
            && response.status().codeClass() == HttpStatusClass.INFORMATIONAL);
  }

  private void tunnelled(ByteBuf bytes) {
    if (call == null) {
      bytes.release();
    } else {
      call.tunnelledByClient(bytes);
    }
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

  private ChannelHandlerContext context() {
    return Objects.requireNonNull(context);
  }
}
