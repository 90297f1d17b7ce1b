package zaguan.discovery.balancing;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What has happened to instances, in its order, until it is read. Bounded: what is too much is lost
 * and counted, so that no request ever waits for a reader of events. Any thread.
 */
public final class InstanceEvents implements Consumer<InstanceEvent> {

  private static final int MOST = 10_000;

  private final BlockingQueue<InstanceEvent> untold = new ArrayBlockingQueue<>(MOST);
  private final AtomicLong lost = new AtomicLong();

  /** Keeps the event for whoever takes it. Never waits. */
  @Override
  public void accept(InstanceEvent event) {
    if (!untold.offer(event)) {
      lost.incrementAndGet();
    }
  }

  /**
   * The oldest, as soon as there is one. For one thread, which is no event loop.
   *
   * @throws InterruptedException if the thread is interrupted while it waits
   */
  InstanceEvent take() throws InterruptedException {
    return untold.take();
  }

  /** The oldest; null if there is none. */
  @Nullable InstanceEvent poll() {
    return untold.poll();
  }

  /** How many were lost since the last call. */
  long lost() {
    return lost.getAndSet(0);
  }
}
