package zaguan.gateway.transport;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import zaguan.discovery.balancing.Endpoint;
import zaguan.gateway.call.InstanceStream;
import zaguan.gateway.call.InstanceStreams;

/**
 * The connections of one event loop to instances: kept for a while when they are unused. Only on
 * that event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty tells failures to the pipeline.
final class InstancePool implements InstanceStreams, InstanceConnection.Home {

  /**
   * Idle connections are closed before the instance would: common servers wait 5 s (Node, Uvicorn).
   */
  private static final long IDLE = TimeUnit.SECONDS.toNanos(4);

  /**
   * What must not be sent twice goes on a connection that was used this lately, or on a new one.
   */
  private static final long FRESH = TimeUnit.SECONDS.toNanos(1);

  private static final WriteBufferWaterMark WATER_MARK =
      new WriteBufferWaterMark(32 * 1024, 128 * 1024);

  private static final ChannelFactory<InstanceChannel> CHANNELS = InstanceChannel::new;

  private final EventLoop eventLoop;
  private final LongSupplier now;
  private final ByteBuffer one = ByteBuffer.allocateDirect(1);
  private final Map<String, Deque<InstanceConnection>> idle = new HashMap<>();

  /**
   * @param now in nanoseconds, as of the last tick: exact enough for idle times
   */
  InstancePool(EventLoop eventLoop, LongSupplier now) {
    this.eventLoop = eventLoop;
    this.now = now;
  }

  @Override
  public ByteBuffer one() {
    return one;
  }

  @Override
  public @Nullable InstanceStream idle(Endpoint endpoint, boolean resendable) {
    assert eventLoop.inEventLoop();
    Deque<InstanceConnection> connections = idle.get(endpoint.address());
    if (connections == null) {
      return null;
    }
    for (InstanceConnection last = connections.peekFirst();
        last != null && (resendable || now.getAsLong() - last.idleSince() <= FRESH);
        last = connections.peekFirst()) {
      connections.removeFirst();
      if (last.isActive()) {
        return last;
      }
      last.close();
    }
    return null;
  }

  @Override
  public void connect(Endpoint endpoint, Duration timeout, InstanceStream.Listener listener) {
    assert eventLoop.inEventLoop();
    InstanceConnection connection =
        new InstanceConnection(this, eventLoop, endpoint.address(), listener);
    Bootstrap bootstrap =
        new Bootstrap()
            .group(eventLoop)
            .channelFactory(CHANNELS)
            // A write that fails must not throw away what can still be read.
            .option(ChannelOption.AUTO_CLOSE, false)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) timeout.toMillis())
            .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
            .resolver(HostNames.RESOLVER)
            .handler(initializer(connection));
    bootstrap
        .connect(HostNames.address(endpoint.host(), endpoint.port()))
        .addListener(done -> connection.connected(done.cause()));
  }

  private static ChannelInitializer<InstanceChannel> initializer(InstanceConnection connection) {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(InstanceChannel opened) {
        connection.opens(opened);
        opened.pipeline().addLast(new InstanceHandler(connection));
      }
    };
  }

  @Override
  public void release(InstanceConnection connection) {
    assert eventLoop.inEventLoop();
    connection.idleSince(now.getAsLong());
    idle.computeIfAbsent(connection.address(), address -> new ArrayDeque<>()).addFirst(connection);
  }

  @Override
  public void forget(InstanceConnection connection) {
    assert eventLoop.inEventLoop();
    Deque<InstanceConnection> connections = idle.get(connection.address());
    if (connections != null) {
      connections.remove(connection);
    }
  }

  /** Closes what was unused for long. */
  void tick() {
    idle.values().removeIf(this::closeStale);
  }

  private boolean closeStale(Deque<InstanceConnection> connections) {
    for (InstanceConnection last = connections.peekLast();
        last != null && now.getAsLong() - last.idleSince() > IDLE;
        last = connections.peekLast()) {
      connections.removeLast();
      last.close();
    }
    return connections.isEmpty();
  }
}
