package zaguan.gateway.call;

import java.util.function.LongSupplier;

/**
 * The event loop that a call keeps to, as its client's connection does and those to instances. The
 * transport implements it.
 */
public interface CallLoop {

  /** For entry points: fails, where assertions are on, in a thread that is not the loop's. */
  void assertInside();

  /** In nanoseconds, as of the last tick: exact enough for deadlines. Only on the loop. */
  LongSupplier ticks();

  /** In nanoseconds, as of this moment. Any thread. */
  LongSupplier clock();

  /** Whether the gateway was told to stop. Only on the loop. */
  boolean draining();

  /** Whether what only waits has to be answered, since the gateway is about to go. */
  boolean isAboutToGo(long now);

  /**
   * For threads that are not the loop's: runs the task on it, soon.
   *
   * @throws java.util.concurrent.RejectedExecutionException if the loop has ended
   */
  void execute(Runnable task);

  /** The loop's connections to instances. Only on the loop. */
  InstanceStreams instances();
}
