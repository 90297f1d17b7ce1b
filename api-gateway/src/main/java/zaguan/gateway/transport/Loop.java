package zaguan.gateway.transport;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import zaguan.gateway.call.CallLoop;
import zaguan.gateway.call.InstanceStreams;

/**
 * What one event loop has: the connections of clients, and those to instances. A call keeps to the
 * loop that it came in on, so that nothing here is shared and no thread waits for another. Only on
 * the event loop, but for what says otherwise.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty tells failures to the pipeline.
final class Loop implements CallLoop {

  /** How finely deadlines are kept. One look at all costs less than a timer for each. */
  private static final long TICK_MILLIS = 100;

  private final EventLoop eventLoop;

  private final LongSupplier clock;
  private final LongSupplier ticks = this::now;
  private final InstancePool instances;
  private final Set<Client> clients = new LinkedHashSet<>();
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
    instances = new InstancePool(eventLoop, ticks);
    eventLoop.scheduleAtFixedRate(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** In nanoseconds, as of the last tick. */
  long now() {
    return now;
  }

  @Override
  public LongSupplier ticks() {
    return ticks;
  }

  @Override
  public LongSupplier clock() {
    return clock;
  }

  @Override
  public void assertInside() {
    assert eventLoop.inEventLoop() : "on " + Thread.currentThread() + ", not on its event loop";
  }

  @Override
  public boolean draining() {
    return draining;
  }

  @Override
  public boolean isAboutToGo(long now) {
    return draining && now - lastAnswers > 0;
  }

  void add(Client client) {
    assertInside();
    clients.add(client);
  }

  void remove(Client client) {
    clients.remove(client);
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
    List.copyOf(clients).forEach(Client::drain);
    // Netty tells the client to go away, and closes when the streams have ended.
    List.copyOf(http2).forEach(Channel::close);
  }

  /** Requests that are under way. */
  int busy() {
    assertInside();
    int busy = http2.size();
    for (Client client : clients) {
      if (client.busy()) {
        busy++;
      }
    }
    return busy;
  }

  @Override
  public void execute(Runnable task) {
    eventLoop.execute(task);
  }

  /** Any thread. */
  EventLoop eventLoop() {
    return eventLoop;
  }

  @Override
  public InstanceStreams instances() {
    return instances;
  }

  private void tick() {
    now = clock.getAsLong();
    for (Client client : new ArrayList<>(clients)) {
      client.tick(now);
    }
    for (Timed each : new ArrayList<>(timed)) {
      each.tick(now);
    }
    instances.tick();
  }

  /** A client's connection, or a stream of it. */
  interface Client extends Timed {

    /** Whether a request of it is under way. */
    boolean busy();

    /** The gateway stops: closes if it is not busy, or when it is no more. */
    void drain();
  }

  /** What has deadlines, and is looked at with each tick. */
  interface Timed {
    /**
     * @param now as {@link Loop#now} says
     */
    void tick(long now);
  }
}
