package zaguan.gateway.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufHolder;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
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
  private @Nullable Channel channel;
  private @Nullable Attempt attempt;
  private boolean used;
  private boolean informational;
  private boolean reusable;
  private boolean pooled;
  private boolean tunnel;
  private boolean discarding;
  private int discarded;
  private long idleSince;

  Connection(Loop loop, String address, Attempt attempt) {
    this.loop = loop;
    this.address = address;
    this.attempt = attempt;
  }

  ChannelHandler initializer() {
    return new ChannelInitializer<Channel>() {
      @Override
      protected void initChannel(Channel opened) {
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

  /** Sends a head. */
  void begin(Attempt next, HttpRequest request) {
    used = pooled;
    pooled = false;
    attempt = next;
    reusable = false;
    codec.head(request.method().equals(HttpMethod.HEAD));
    write(request);
  }

  void write(Object message) {
    open().write(message, open().voidPromise());
  }

  void flush() {
    open().flush();
  }

  boolean isWritable() {
    return open().isWritable();
  }

  void read(boolean wanted) {
    open().config().setAutoRead(wanted);
  }

  /** The response has ended, and so has the request. */
  void release() {
    attempt = null;
    discarding = false;
    // Bytes behind the response would be taken for the next one.
    if (reusable && isActive() && !codec.hasMore()) {
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

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (!(cause instanceof IOException)) {
      Gateway.LOG.warn("The connection to {} failed", address, cause);
    }
    ctx.close();
    brokenOff();
  }

  private void head(Attempt to, HttpResponse response) {
    informational =
        response.status().codeClass() == HttpStatusClass.INFORMATIONAL
            && response.status().code() != 101;
    if (response.decoderResult().isFailure()) {
      close();
      to.unreadable();
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
      close();
      to.unreadable();
    } else if (informational) {
      content.release();
    } else {
      to.content(content);
    }
  }

  private void ignore(Object message) {
    if (message instanceof ByteBufHolder holder) {
      discarded += holder.content().readableBytes();
    }
    boolean last = message instanceof LastHttpContent;
    ReferenceCountUtil.release(message);
    if (pooled || discarded > DISCARDABLE) {
      // Unasked, or too much.
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

  private Channel open() {
    return Objects.requireNonNull(channel);
  }
}
