package zaguan.gateway.proxy;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import zaguan.gateway.balancing.Endpoint;

/**
 * What one event loop has: the connections of clients, and those to instances. A request keeps to
 * the loop that it came in on, so that nothing here is shared and no thread waits for another.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty tells failures to the pipeline.
final class Loop {

  /** How finely deadlines are kept. One look at all costs less than a timer for each. */
  private static final long TICK_MILLIS = 100;

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

  private final LongSupplier clock;

  private final ByteBuffer one = ByteBuffer.allocateDirect(1);

  private final Map<String, Deque<Connection>> idle = new HashMap<>();
  private final Set<Front> fronts = new LinkedHashSet<>();
  private final Set<Timed> timed = new LinkedHashSet<>();
  private final Set<Channel> http2 = new LinkedHashSet<>();
  private boolean draining;
  private long lastAnswers;

  /** As of the last tick: exact enough for idle times. */
  private long now;

  Loop(EventLoop eventLoop, LongSupplier clock) {
    this.eventLoop = eventLoop;
    this.clock = clock;
    now = clock.getAsLong();
    eventLoop.scheduleAtFixedRate(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** In nanoseconds, as of the last tick. */
  long now() {
    return now;
  }

  /** In nanoseconds, as of this moment. */
  LongSupplier clock() {
    return clock;
  }

  /** For the entry points of what belongs to this loop. */
  void assertInside() {
    assert eventLoop.inEventLoop() : "on " + Thread.currentThread() + ", not on its event loop";
  }

  boolean draining() {
    return draining;
  }

  /** Whether what only waits has to be answered, since the gateway is about to go. */
  boolean isAboutToGo(long now) {
    return draining && now - lastAnswers > 0;
  }

  void add(Front front) {
    assertInside();
    fronts.add(front);
  }

  void remove(Front front) {
    fronts.remove(front);
  }

  void add(Timed each) {
    assertInside();
    timed.add(each);
  }

  void remove(Timed each) {
    timed.remove(each);
  }

  void addHttp2(Channel connection) {
    assertInside();
    http2.add(connection);
    connection.closeFuture().addListener(closed -> http2.remove(connection));
  }

  /**
   * Closes what is idle, and the rest when it has been answered.
   *
   * @param finish for how long, before the rest is cut off
   */
  void drain(Duration finish) {
    assertInside();
    draining = true;
    lastAnswers = clock.getAsLong() + finish.minusSeconds(1).toNanos();
    List.copyOf(fronts).forEach(Front::drain);
    // Netty tells the client to go away, and closes when the streams have ended.
    List.copyOf(http2).forEach(Channel::close);
  }

  /** Requests that are under way. */
  int busy() {
    assertInside();
    int busy = http2.size();
    for (Front front : fronts) {
      if (front.busy()) {
        busy++;
      }
    }
    return busy;
  }

  EventLoop eventLoop() {
    return eventLoop;
  }

  /** For a byte that nobody asked for. */
  ByteBuffer one() {
    return one;
  }

  /**
   * A connection that is open and unused: the one that was used last; null if there is none.
   *
   * @param resendable whether the request may be sent again if the connection turns out to be dead
   */
  @Nullable Connection idle(Endpoint endpoint, boolean resendable) {
    assertInside();
    Deque<Connection> connections = idle.get(endpoint.address());
    if (connections == null) {
      return null;
    }
    for (Connection last = connections.peekFirst();
        last != null && (resendable || now - last.idleSince() <= FRESH);
        last = connections.peekFirst()) {
      connections.removeFirst();
      if (last.isActive()) {
        return last;
      }
      last.close();
    }
    return null;
  }

  /** Begins to connect; the attempt is told. */
  void connect(Endpoint endpoint, long timeoutMillis, Attempt attempt) {
    assertInside();
    Connection connection = new Connection(this, endpoint.address(), attempt);
    Bootstrap bootstrap =
        new Bootstrap()
            .group(eventLoop)
            .channelFactory(CHANNELS)
            // A write that fails must not throw away what can still be read.
            .option(ChannelOption.AUTO_CLOSE, false)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) timeoutMillis)
            .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
            .resolver(HostNames.RESOLVER)
            .handler(connection.initializer());
    bootstrap
        .connect(HostNames.address(endpoint.instance().host(), endpoint.instance().port()))
        .addListener(done -> connection.connected(done.cause()));
  }

  void release(Connection connection) {
    assertInside();
    connection.idleSince(now);
    idle.computeIfAbsent(connection.address(), address -> new ArrayDeque<>()).addFirst(connection);
  }

  void forget(Connection connection) {
    assertInside();
    Deque<Connection> connections = idle.get(connection.address());
    if (connections != null) {
      connections.remove(connection);
    }
  }

  private void tick() {
    now = clock.getAsLong();
    for (Front front : new ArrayList<>(fronts)) {
      front.tick(now);
    }
    for (Timed each : new ArrayList<>(timed)) {
      each.tick(now);
    }
    idle.values().removeIf(this::closeStale);
  }

  private boolean closeStale(Deque<Connection> connections) {
    for (Connection last = connections.peekLast();
        last != null && now - last.idleSince() > IDLE;
        last = connections.peekLast()) {
      connections.removeLast();
      last.close();
    }
    return connections.isEmpty();
  }

  /** What has deadlines, and is looked at with each tick. */
  interface Timed {
    /**
     * @param now as {@link Loop#now} says
     */
    void tick(long now);
  }
}
