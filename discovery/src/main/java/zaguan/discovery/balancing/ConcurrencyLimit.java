package zaguan.discovery.balancing;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many requests of a service may wait for their response at once. Those whose body still comes
 * wait for their clients, and are counted apart.
 *
 * <p>If most responses take longer than a second, and longer than twice what they usually take,
 * requests queue. A queue that goes away by itself is what the bound is for: a pause of the
 * machine, a burst, and for longer instances that have just started or gone. One that stands is
 * overload, as in <a href="https://queue.acm.org/detail.cfm?id=2209336">CoDel</a>. As many may wait
 * then as the service answers within three times as long, by <a
 * href="https://doi.org/10.1287/opre.9.3.383">Little's law</a> and the best that it did of late:
 * its workers stay busy, and no queue is so long that its requests are given up before their turn.
 *
 * <p>What is usual is the least of late, as in <a
 * href="https://queue.acm.org/detail.cfm?id=3022184">BBR</a>, since an average follows a queue: it
 * falls at once and rises within minutes. A service that has become slow without a queue is as slow
 * when few requests wait; that is then usual.
 *
 * <p>Any thread; none waits.
 */
final class ConcurrencyLimit {

  /** So many may always wait: fewer tell nothing. */
  private static final int LEAST = 20;

  private static final long NONE = Long.MIN_VALUE;
  private static final long WINDOW = TimeUnit.MILLISECONDS.toNanos(100);

  /** Of a window, at the least. */
  private static final int SAMPLES = 10;

  /** How long a queue may stand. */
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(3);

  /** For how long instances that came are slow, or those that are left have more to do. */
  private static final long SETTLE = TimeUnit.SECONDS.toNanos(10);

  /** A response that takes no longer is no sign of a queue. */
  private static final long SOON = TimeUnit.SECONDS.toNanos(1);

  /** Slower by less than this factor is no overload: a new version, or other requests, may be. */
  private static final int TOLERANCE = 2;

  /** The longest queue, in what is too long for a response. */
  private static final int QUEUE = 3;

  /**
   * So many bodies may come at once, or {@link #COMING} times as many as may wait, if that is more:
   * each costs the gateway two connections and up to 64 KB, however few the service works on.
   */
  private static final int LEAST_COMING = 1000;

  private static final int COMING = 2;

  /**
   * Up to so many times the limit may wait if their bodies have come meanwhile: there was room when
   * they began, and who is refused now has to send all of it again.
   */
  private static final int CAME = 2;

  private static final double FALLS = 0.95;
  private static final double RISES = 1.001;
  private static final double RISES_WITHOUT_QUEUE = 1.2;

  private final int most;
  private final Throughput throughput;
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicInteger coming = new AtomicInteger();

  /** Of this window: how many there were, and how many took longer than usual, or far longer. */
  private final AtomicInteger responses = new AtomicInteger();

  private final AtomicInteger longer = new AtomicInteger();
  private final AtomicInteger tooLong = new AtomicInteger();
  private volatile long began;

  /** 0 if there was no response yet. */
  private volatile long usual;

  @GuardedBy("this")
  private long queueSince = NONE;

  @GuardedBy("this")
  private long changed;

  private volatile int limit;

  ConcurrencyLimit(int most, long now) {
    this.most = most;
    limit = most;
    began = now;
    changed = now;
    throughput = new Throughput(now);
  }

  boolean enter() {
    if (waiting.incrementAndGet() > limit) {
      waiting.decrementAndGet();
      return false;
    }
    return true;
  }

  /** A request whose body still comes: false if it would not be let in either if it had come. */
  boolean begin() {
    if (waiting.get() >= limit) {
      return false;
    }
    if (coming.incrementAndGet() > Math.max(LEAST_COMING, COMING * most)) {
      coming.decrementAndGet();
      return false;
    }
    return true;
  }

  /** Its body has come; false if it may not wait. */
  boolean came() {
    coming.decrementAndGet();
    if (waiting.incrementAndGet() > CAME * limit) {
      waiting.decrementAndGet();
      return false;
    }
    return true;
  }

  /** Its body does not come any more, or is not waited for. */
  void stopped() {
    coming.decrementAndGet();
  }

  /** A response began, or came too late. */
  void answered(long started, long now) {
    waiting.decrementAndGet();
    throughput.answered(now);
    long took = now - started;
    if (usual == 0) {
      usual = took;
    }
    if (took > usual) {
      longer.incrementAndGet();
    }
    if (took > bearable()) {
      tooLong.incrementAndGet();
    }
    if (responses.incrementAndGet() >= SAMPLES && now - began >= WINDOW) {
      turn(now);
    }
  }

  /** Instances came or went. */
  synchronized void changed(boolean allNew, long now) {
    changed = now;
    if (allNew) {
      usual = 0;
      queueSince = NONE;
      limit = most;
    }
  }

  /** It ended in a way that says nothing of the load. */
  void left() {
    waiting.decrementAndGet();
  }

  int current() {
    return limit;
  }

  private long bearable() {
    return Math.max(SOON, TOLERANCE * usual);
  }

  private synchronized void turn(long now) {
    int all = responses.getAndSet(0);
    if (all < SAMPLES) {
      return; // Another thread was first.
    }
    boolean mostLonger = 2 * longer.getAndSet(0) > all;
    boolean mostTooLong = 2 * tooLong.getAndSet(0) > all;
    began = now;
    if (!mostTooLong) {
      queueSince = NONE;
      limit = most;
    } else if (queueSince == NONE) {
      queueSince = now;
    } else if (limit < most || (now - queueSince >= PATIENCE && now - changed >= SETTLE)) {
      double seconds = (double) QUEUE * bearable() / TimeUnit.SECONDS.toNanos(1);
      limit = (int) Math.min(most, Math.max(LEAST, seconds * throughput.perSecond()));
    }
    if (!mostLonger) {
      usual = (long) (FALLS * usual);
    } else if (!mostTooLong) {
      usual = (long) (RISES * usual) + 1;
    } else if (limit <= LEAST) {
      usual = (long) (RISES_WITHOUT_QUEUE * usual);
    }
  }
}
