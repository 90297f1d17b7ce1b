package zaguan.gateway.transport;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;

/**
 * The end of the pipeline of a connection in HTTP/2, for what belongs to no stream. Netty would
 * print a trace for each fault of a client.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty tells failures to the pipeline.
final class ConnectionEnd extends ChannelInboundHandlerAdapter {

  private final ClientFaults faults;
  private final FrameWatch watch;
  private final String peer;

  ConnectionEnd(ClientFaults faults, FrameWatch watch, String peer) {
    this.faults = faults;
    this.watch = watch;
    this.peer = peer;
  }

  /** SETTINGS, PING and the like, which Netty has answered. */
  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ReferenceCountUtil.release(message);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    watch.closeSoon(); // Whether the client reads its GOAWAY or not.
    Http2Exception fault = Http2CodecUtil.getEmbeddedHttp2Exception(cause);
    if (fault != null) {
      faults.broke(ctx.channel(), peer, String.valueOf(fault.getMessage()));
      return; // Netty says GOAWAY, and closes.
    }
    if (!(cause instanceof IOException)) {
      faults.unexpected(ctx.channel(), peer, cause);
    }
    ctx.close();
  }
}
