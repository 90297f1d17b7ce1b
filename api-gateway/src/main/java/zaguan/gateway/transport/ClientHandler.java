package zaguan.gateway.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.EncoderException;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2ResetFrame;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What Netty tells of a client's connection, or of one stream of it in HTTP/2. Only on its event
 * loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty tells failures to the pipeline.
final class ClientHandler extends ChannelInboundHandlerAdapter implements Loop.Client {

  private final Transport transport;
  private final Loop loop;
  private final @Nullable RequestCodec codec;
  private @Nullable RequestTurns turns;
  private ClientPeer peer = ClientPeer.UNKNOWN;
  private long headSince;

  /**
   * @param codec of HTTP/1.1; null for a stream of HTTP/2
   */
  ClientHandler(Transport transport, Loop loop, @Nullable RequestCodec codec) {
    this.transport = transport;
    this.loop = loop;
    this.codec = codec;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    loop.assertInside();
    peer = ClientPeer.of(socket(ctx), transport);
    turns = new RequestTurns(ctx, transport, loop, codec, peer);
    loop.add(this);
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
    turns().read(message);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    turns().readComplete();
    if (codec != null) {
      headSince = !codec.midHead() ? 0 : headSince == 0 ? loop.now() : headSince;
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    turns().writable(ctx.channel().isWritable());
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
    turns().gone();
    ctx.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    Http2Exception fault = codec == null ? faultOfClient(cause) : null;
    if (fault != null) {
      transport
          .clientFaults()
          .broke(socket(ctx), peer.address(), String.valueOf(fault.getMessage()));
      // Netty resets the stream with the code that belongs to it, and counts.
      ctx.fireExceptionCaught(cause);
      return;
    }
    if (!(cause instanceof IOException)) {
      String request = turns().requestId();
      String where = request == null ? peer.address() : peer.address() + ", in request " + request;
      transport.clientFaults().unexpected(socket(ctx), where, cause);
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

  @Override
  public void tick(long now) {
    loop.assertInside();
    turns().tick(now, headSince != 0 && now - headSince > RequestTurns.HEAD.toNanos());
  }

  @Override
  public boolean busy() {
    return turns().busy();
  }

  @Override
  public void drain() {
    loop.assertInside();
    if (!busy()) {
      turns().close();
    }
  }

  /** The client's own, also of a stream. */
  private Channel socket(ChannelHandlerContext ctx) {
    return codec == null ? ctx.channel().parent() : ctx.channel();
  }

  private RequestTurns turns() {
    return Objects.requireNonNull(turns);
  }
}
