package zaguan.gateway.transport;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DuplexChannel;
import java.util.concurrent.TimeUnit;

/**
 * How a client's connection ends, or its stream in HTTP/2: what was written is sent first. Only on
 * its event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty tells failures to the pipeline.
final class Farewell {

  /** For a client to read what was written last, before its connection is closed. */
  private static final long LAST = TimeUnit.SECONDS.toNanos(60);

  /** For a client to stop sending, after an answer to a request that was not read to its end. */
  private static final long LINGER = TimeUnit.SECONDS.toNanos(2);

  private final ChannelHandlerContext context;
  private final Loop loop;
  private final boolean http2;

  /** When it is closed at the latest. */
  private long by;

  Farewell(ChannelHandlerContext context, Loop loop, boolean http2) {
    this.context = context;
    this.loop = loop;
    this.http2 = http2;
    by = loop.now() + LAST;
  }

  /**
   * Closes when what was written was sent.
   *
   * @param answered whether a stream of HTTP/2 ends by itself, with its response
   */
  void close(boolean answered) {
    if (!http2) {
      context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    } else if (!answered) {
      context.channel().close();
    }
  }

  /**
   * Closing while the client still sends would reset the connection, and the answer be lost: <a
   * href="https://www.rfc-editor.org/rfc/rfc9112#section-9.6">RFC 9112, 9.6</a>.
   */
  void linger() {
    if (context.channel() instanceof DuplexChannel duplex) {
      context
          .writeAndFlush(Unpooled.EMPTY_BUFFER)
          .addListener(
              written -> {
                duplex.shutdownOutput();
                by = loop.now() + LINGER;
              });
    }
  }

  void tick(long now) {
    if (now - by > 0) {
      context.channel().close();
    }
  }
}
