package zaguan.gateway.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.ReferenceCountUtil;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import zaguan.gateway.call.InstanceStream;

/**
 * A connection to an instance: one request at a time. What comes on it is told by {@link
 * InstanceHandler}. Only on its event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty tells failures to the pipeline.
final class InstanceConnection implements InstanceStream {

  /** Keeps the connections that no request uses. */
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

  /** How long the rest of a response may take to come that nobody wants. */
  private static final long DISCARD_SECONDS = 1;

  private final Home home;
  private final EventLoop eventLoop;
  private final String address;
  private final ResponseCodec codec = new ResponseCodec();
  private @Nullable InstanceChannel channel;
  private @Nullable Listener listener;
  private Phase phase = Phase.OPENING;
  private boolean used;
  private boolean reusable;

  /** Bytes of a body were sent. */
  private boolean bodySent;

  /** The instance takes no more: what is written is dropped. */
  private boolean mute;

  private long idleSince;

  InstanceConnection(Home home, EventLoop eventLoop, String address, Listener listener) {
    this.home = home;
    this.eventLoop = eventLoop;
    this.address = address;
    this.listener = listener;
  }

  /** The channel is there; it is not connected yet. */
  void opens(InstanceChannel opened) {
    channel = opened;
    opened.pipeline().addFirst(codec);
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

  // What the instance does.

  /** Who waits for what comes; null while nobody does. */
  @Nullable Listener listener() {
    return listener;
  }

  boolean isTunnel() {
    return phase == Phase.TUNNELLING;
  }

  boolean isIdle() {
    return phase == Phase.IDLE;
  }

  /** Whether another request may be sent when the response has ended. */
  void reusable(boolean is) {
    reusable = is;
  }

  /** The instance takes no more; what it has said by then is read all the same. */
  void takesNoMore() {
    mute = true;
    open().writesNoMore();
  }

  /** Whether bytes of a body were sent, so that an instance may refuse them and answer. */
  boolean hasSentBody() {
    return bodySent;
  }

  /** The connection has ended. */
  void brokenOff() {
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
