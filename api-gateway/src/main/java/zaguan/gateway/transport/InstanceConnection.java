package zaguan.gateway.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufHolder;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
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
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import zaguan.gateway.call.InstanceStream;

/** A connection to an instance: one request at a time. Only on its event loop. */
@SuppressWarnings("FutureReturnValueIgnored") // Netty tells failures to the pipeline.
final class InstanceConnection extends ChannelInboundHandlerAdapter implements InstanceStream {

  private static final Logger LOG = LoggerFactory.getLogger(InstanceConnection.class);

  /** Where connections are that nobody uses. */
  interface Home {

    /** Keeps the connection for another request. */
    void release(InstanceConnection connection);

    /** The connection, which it keeps, is lost. */
    void forget(InstanceConnection connection);

    /** For a byte that nobody asked for. */
    ByteBuffer one();
  }

  private enum Phase {
    OPENING,
    /** A request is under way. */
    SERVING,
    TUNNELLING,
    /** The rest of a response comes that nobody wants. */
    DISCARDING,
    /** Kept for another request. */
    IDLE,
    CLOSED;

    boolean mayBecome(Phase next) {
      return switch (this) {
        case OPENING -> next == SERVING || next == IDLE || next == CLOSED;
        case SERVING -> next != OPENING;
        case TUNNELLING -> next == CLOSED;
        case DISCARDING -> next == IDLE || next == CLOSED;
        case IDLE -> next == SERVING || next == CLOSED;
        case CLOSED -> next == CLOSED;
      };
    }
  }

  /** What is read of a response that nobody wants, to keep the connection. */
  private static final int DISCARDABLE = 64 * 1024;

  /** How long the rest may take to come. */
  private static final long DISCARD_SECONDS = 1;

  private final Home home;
  private final EventLoop eventLoop;
  private final String address;
  private final ResponseCodec codec = new ResponseCodec();
  private @Nullable InstanceChannel channel;
  private @Nullable Listener listener;
  private Phase phase = Phase.OPENING;
  private boolean used;
  private boolean informational;
  private boolean reusable;

  /** Bytes of a body were sent. */
  private boolean bodySent;

  /** The instance takes no more: what is written is dropped. */
  private boolean mute;

  private int discarded;
  private long idleSince;

  InstanceConnection(Home home, EventLoop eventLoop, String address, Listener listener) {
    this.home = home;
    this.eventLoop = eventLoop;
    this.address = address;
    this.listener = listener;
  }

  ChannelHandler initializer() {
    return new ChannelInitializer<InstanceChannel>() {
      @Override
      protected void initChannel(InstanceChannel opened) {
        channel = opened;
        opened.pipeline().addLast(codec, InstanceConnection.this);
      }
    };
  }

  private void enter(Phase next) {
    if (!phase.mayBecome(next)) {
      throw new IllegalStateException(
          "The connection to " + address + " is " + phase + ", and does not become " + next);
    }
    phase = next;
  }

  String address() {
    return address;
  }

  long idleSince() {
    return idleSince;
  }

  void idleSince(long now) {
    idleSince = now;
    enter(Phase.IDLE);
  }

  @Override
  public boolean used() {
    return used;
  }

  void connected(@Nullable Throwable failure) {
    assert eventLoop.inEventLoop();
    Listener waiting = listener;
    if (failure != null) {
      enter(Phase.CLOSED);
      listener = null;
      if (waiting != null) {
        waiting.refused();
      }
    } else if (waiting != null) {
      waiting.connected(this);
    } else {
      unused();
    }
  }

  @Override
  public void unused() {
    listener = null;
    home.release(this);
  }

  boolean isActive() {
    return open().isActive();
  }

  @Override
  public boolean isQuiet() {
    return open().isQuiet(home.one());
  }

  @Override
  public void begin(Listener next, HttpRequest request) {
    assert eventLoop.inEventLoop();
    used = phase == Phase.IDLE;
    enter(Phase.SERVING);
    listener = next;
    reusable = false;
    bodySent = false;
    codec.asks(request);
    send(request);
  }

  @Override
  public void write(HttpContent part) {
    send(part);
  }

  @Override
  public void write(ByteBuf bytes) {
    send(bytes);
  }

  private void send(Object message) {
    assert eventLoop.inEventLoop();
    if (mute) {
      ReferenceCountUtil.release(message);
      return;
    }
    bodySent |= message instanceof HttpContent content && content.content().isReadable();
    open().write(message, open().voidPromise());
  }

  @Override
  public void flush() {
    open().flush();
  }

  @Override
  public boolean isWritable() {
    return !mute && open().isWritable();
  }

  @Override
  public void read(boolean wanted) {
    open().config().setAutoRead(wanted);
  }

  @Override
  public void release() {
    listener = null;
    // Bytes behind the response would be taken for the next one.
    if (reusable && !mute && isActive() && !codec.hasMore()) {
      open().config().setAutoRead(true);
      home.release(this);
    } else {
      close();
    }
  }

  @Override
  public void discard(boolean complete) {
    assert eventLoop.inEventLoop();
    listener = null;
    if (reusable && complete) {
      enter(Phase.DISCARDING);
      read(true);
      eventLoop.schedule(this::giveUp, DISCARD_SECONDS, TimeUnit.SECONDS);
    } else {
      close();
    }
  }

  private void giveUp() {
    if (phase == Phase.DISCARDING) {
      close();
    }
  }

  @Override
  public long bytesBeforeWritable() {
    return open().bytesBeforeWritable();
  }

  @Override
  public void close() {
    assert eventLoop.inEventLoop();
    listener = null;
    isLost();
    if (channel != null) {
      channel.close();
    }
  }

  @Override
  public void tunnel() {
    enter(Phase.TUNNELLING);
    open().pipeline().remove(codec);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    Listener to = listener;
    if (to == null) {
      ignore(message);
    } else if (message instanceof ByteBuf bytes) {
      to.tunnelled(bytes);
    } else if (phase == Phase.TUNNELLING) {
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
    if (listener != null) {
      listener.responseRead();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (listener != null) {
      listener.instanceWritable(ctx.channel().isWritable());
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
      LOG.warn(
          "The connection to {} failed{}",
          address,
          listener == null ? "" : ", in request " + listener.requestId(),
          cause);
    }
    ctx.close();
    brokenOff();
  }

  private void head(Listener to, HttpResponse response) {
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
    Listener to = listener;
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
    Listener to = listener;
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
    if (malformed || phase == Phase.IDLE || discarded > DISCARDABLE) {
      // Or unasked, or too much.
      close();
    } else if (last) {
      discarded = 0;
      release();
    }
  }

  private void brokenOff() {
    isLost();
    Listener to = listener;
    listener = null;
    if (to != null) {
      to.brokenOff();
    }
  }

  private void isLost() {
    if (phase == Phase.IDLE) {
      home.forget(this);
    }
    enter(Phase.CLOSED);
  }

  private InstanceChannel open() {
    return Objects.requireNonNull(channel);
  }
}
