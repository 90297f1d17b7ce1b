package zaguan.gateway.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufHolder;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.socket.ChannelOutputShutdownException;
import io.netty.handler.codec.PrematureChannelClosureException;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A connection to an instance: one attempt at a time. Only on its event loop. */
@SuppressWarnings("FutureReturnValueIgnored") // Netty tells failures to the pipeline.
final class Connection extends ChannelInboundHandlerAdapter {

  /** What is read of a response that nobody wants, to keep the connection. */
  private static final int DISCARDABLE = 64 * 1024;

  /** How long the rest may take to come. */
  private static final long DISCARD_SECONDS = 1;

  private final Loop loop;
  private final String address;
  private final ResponseCodec codec = new ResponseCodec();
  private @Nullable InstanceChannel channel;
  private @Nullable Attempt attempt;
  private boolean used;
  private boolean informational;
  private boolean reusable;
  private boolean pooled;
  private boolean tunnel;
  private boolean discarding;

  /** Bytes of a body were sent. */
  private boolean bodySent;

  /** The instance takes no more: what is written is dropped. */
  private boolean mute;

  private int discarded;
  private long idleSince;

  Connection(Loop loop, String address, Attempt attempt) {
    this.loop = loop;
    this.address = address;
    this.attempt = attempt;
  }

  ChannelHandler initializer() {
    return new ChannelInitializer<InstanceChannel>() {
      @Override
      protected void initChannel(InstanceChannel opened) {
        channel = opened;
        opened.pipeline().addLast(codec, Connection.this);
      }
    };
  }

  String address() {
    return address;
  }

  long idleSince() {
    return idleSince;
  }

  void idleSince(long now) {
    idleSince = now;
    pooled = true;
  }

  /** Whether it has carried another request before, so that the instance may have closed it. */
  boolean used() {
    return used;
  }

  void connected(@Nullable Throwable failure) {
    loop.assertInside();
    Attempt waiting = attempt;
    if (failure != null) {
      attempt = null;
      if (waiting != null) {
        waiting.refused();
      }
    } else if (waiting != null) {
      waiting.connected(this);
    } else {
      unused();
    }
  }

  /** It was opened for a request that has ended since. */
  void unused() {
    attempt = null;
    loop.release(this);
  }

  boolean isActive() {
    return open().isActive();
  }

  /** Whether a request may be sent on it; if not, it can only be closed. */
  boolean isQuiet() {
    return open().isQuiet(loop.one());
  }

  /** Sends a head. */
  void begin(Attempt next, HttpRequest request) {
    loop.assertInside();
    used = pooled;
    pooled = false;
    attempt = next;
    reusable = false;
    bodySent = false;
    codec.asks(request);
    write(request);
  }

  void write(Object message) {
    loop.assertInside();
    if (mute) {
      ReferenceCountUtil.release(message);
      return;
    }
    bodySent |= message instanceof HttpContent content && content.content().isReadable();
    open().write(message, open().voidPromise());
  }

  void flush() {
    open().flush();
  }

  boolean isWritable() {
    return !mute && open().isWritable();
  }

  void read(boolean wanted) {
    open().config().setAutoRead(wanted);
  }

  /** The response has ended, and so has the request. */
  void release() {
    attempt = null;
    discarding = false;
    // Bytes behind the response would be taken for the next one.
    if (reusable && !mute && isActive() && !codec.hasMore()) {
      open().config().setAutoRead(true);
      loop.release(this);
    } else {
      close();
    }
  }

  /**
   * Nobody wants the rest of the response.
   *
   * @param complete whether the whole request was sent
   */
  void discard(boolean complete) {
    loop.assertInside();
    attempt = null;
    if (reusable && complete) {
      discarding = true;
      read(true);
      loop.eventLoop().schedule(this::giveUp, DISCARD_SECONDS, TimeUnit.SECONDS);
    } else {
      close();
    }
  }

  private void giveUp() {
    if (discarding) {
      close();
    }
  }

  Channel channel() {
    return open();
  }

  void close() {
    loop.assertInside();
    attempt = null;
    if (channel != null) {
      channel.close();
    }
  }

  /** From now on, bytes. */
  void tunnel() {
    tunnel = true;
    open().pipeline().remove(codec);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    Attempt to = attempt;
    if (to == null) {
      ignore(message);
    } else if (message instanceof ByteBuf bytes) {
      to.tunnelled(bytes);
    } else if (tunnel) {
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

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (attempt != null) {
      attempt.responseRead();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (attempt != null) {
      attempt.instanceWritable(ctx.channel().isWritable());
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    brokenOff();
  }

  /**
   * An instance that refuses a body may answer, and close before it has read all of it, so that a
   * write fails, or reading does in the end. What it has said by then is read all the same.
   */
  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof ChannelOutputShutdownException) {
      mute = true;
      open().writesNoMore();
      return;
    }
    if (cause instanceof IOException && bodySent) {
      return; // Netty closes the connection, and then tells that.
    }
    if (!(cause instanceof IOException)) {
      Gateway.LOG.warn(
          "The connection to {} failed{}",
          address,
          attempt == null ? "" : ", in request " + attempt.requestId(),
          cause);
    }
    ctx.close();
    brokenOff();
  }

  private void head(Attempt to, HttpResponse response) {
    informational =
        response.status().codeClass() == HttpStatusClass.INFORMATIONAL
            && response.status().code() != 101;
    if (response.decoderResult().isFailure()) {
      Throwable cause = response.decoderResult().cause();
      // That the instance broke off is told in a moment.
      if (!(cause instanceof PrematureChannelClosureException)) {
        unreadable(ResponseCodec.reason(cause));
      }
      return;
    }
    if (!informational) {
      reusable = HttpUtil.isKeepAlive(response) && response.status().code() != 101;
    }
    to.head(response);
  }

  private void content(HttpContent content) {
    Attempt to = attempt;
    if (to == null) {
      ignore(content);
    } else if (content.decoderResult().isFailure()) {
      content.release();
      unreadable(ResponseCodec.reason(content.decoderResult().cause()));
    } else if (informational) {
      content.release();
    } else {
      to.content(content);
    }
  }

  private void unreadable(String reason) {
    Attempt to = attempt;
    close();
    if (to != null) {
      to.unreadable(reason);
    }
  }

  private void ignore(Object message) {
    if (message instanceof ByteBufHolder holder) {
      discarded += holder.content().readableBytes();
    }
    boolean last = message instanceof LastHttpContent;
    boolean malformed = message instanceof HttpObject part && part.decoderResult().isFailure();
    ReferenceCountUtil.release(message);
    if (malformed || pooled || discarded > DISCARDABLE) {
      // Or unasked, or too much.
      close();
    } else if (last) {
      discarded = 0;
      release();
    }
  }

  private void brokenOff() {
    if (pooled) {
      loop.forget(this);
    }
    Attempt to = attempt;
    attempt = null;
    if (to != null) {
      to.brokenOff();
    }
  }

  private InstanceChannel open() {
    return Objects.requireNonNull(channel);
  }
}
