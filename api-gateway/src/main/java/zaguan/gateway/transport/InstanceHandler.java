package zaguan.gateway.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufHolder;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelOutputShutdownException;
import io.netty.handler.codec.PrematureChannelClosureException;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import zaguan.gateway.call.InstanceStream.Listener;

/**
 * Reads what an instance sends on a connection, for whoever waits for it, or for nobody. Only on
 * its event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty tells failures to the pipeline.
final class InstanceHandler extends ChannelInboundHandlerAdapter {

  private static final Logger LOG = LoggerFactory.getLogger(InstanceHandler.class);

  /** What is read of a response that nobody wants, to keep the connection. */
  private static final int DISCARDABLE = 64 * 1024;

  private final InstanceConnection connection;
  private boolean informational;
  private int discarded;

  InstanceHandler(InstanceConnection connection) {
    this.connection = connection;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    Listener to = connection.listener();
    if (to == null) {
      ignore(message);
    } else if (message instanceof ByteBuf bytes) {
      to.tunnelled(bytes);
    } else if (connection.isTunnel()) {
      ReferenceCountUtil.release(message); // The end of the head that began the tunnel.
    } else {
      if (message instanceof HttpResponse response) {
        head(to, response);
      }
      // It may have been sent elsewhere meanwhile.
      if (message instanceof HttpContent content) {
        content(content);
      }
    }
  }

  private void head(Listener to, HttpResponse response) {
    informational =
        response.status().codeClass() == HttpStatusClass.INFORMATIONAL
            && response.status().code() != 101;
    if (response.decoderResult().isFailure()) {
      Throwable cause = response.decoderResult().cause();
      // That the instance broke off is told in a moment.
      if (!(cause instanceof PrematureChannelClosureException)) {
        unreadable(to, ResponseCodec.reason(cause));
      }
      return;
    }
    if (!informational) {
      connection.reusable(HttpUtil.isKeepAlive(response) && response.status().code() != 101);
    }
    to.head(response);
  }

  private void content(HttpContent content) {
    Listener to = connection.listener();
    if (to == null) {
      ignore(content);
    } else if (content.decoderResult().isFailure()) {
      content.release();
      unreadable(to, ResponseCodec.reason(content.decoderResult().cause()));
    } else if (informational) {
      content.release();
    } else {
      to.content(content);
    }
  }

  private void unreadable(Listener to, String reason) {
    connection.close();
    to.unreadable(reason);
  }

  private void ignore(Object message) {
    if (message instanceof ByteBufHolder holder) {
      discarded += holder.content().readableBytes();
    }
    boolean last = message instanceof LastHttpContent;
    boolean malformed = message instanceof HttpObject part && part.decoderResult().isFailure();
    ReferenceCountUtil.release(message);
    if (malformed || connection.isIdle() || discarded > DISCARDABLE) {
      // Or unasked, or too much.
      connection.close();
    } else if (last) {
      discarded = 0;
      connection.release();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    Listener to = connection.listener();
    if (to != null) {
      to.responseRead();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    Listener to = connection.listener();
    if (to != null) {
      to.instanceWritable(ctx.channel().isWritable());
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    connection.brokenOff();
  }

  /**
   * An instance that refuses a body may answer, and close before it has read all of it, so that a
   * write fails, or reading does in the end.
   */
  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof ChannelOutputShutdownException) {
      connection.takesNoMore();
      return;
    }
    if (cause instanceof IOException && connection.hasSentBody()) {
      return; // Netty closes the connection, and then tells that.
    }
    if (!(cause instanceof IOException)) {
      Listener to = connection.listener();
      LOG.warn(
          "The connection to {} failed{}",
          connection.address(),
          to == null ? "" : ", in request " + to.requestId(),
          cause);
    }
    ctx.close();
    connection.brokenOff();
  }
}
