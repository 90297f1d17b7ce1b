package zaguan.gateway.transport;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import zaguan.discovery.logging.Printable;

/**
 * What clients do wrong, for the log: a line for a connection, and a few a second in all. A client
 * must not be able to fill a disk, nor keep an event loop busy with writing. Any thread.
 */
final class ClientFaults {

  /** In a second. */
  private static final int MOST_LINES = 3;

  /** Of what a client sent, in characters. */
  private static final int LONGEST = 200;

  /** A trace is for a fault of the gateway's own, and one shows it. */
  private static final long BETWEEN_TRACES = TimeUnit.MINUTES.toNanos(1);

  private static final AttributeKey<Boolean> SAID =
      AttributeKey.valueOf(ClientFaults.class, "said");

  private final LongSupplier clock;
  private final BiConsumer<String, @Nullable Throwable> log;

  @GuardedBy("this")
  private long second;

  @GuardedBy("this")
  private int lines;

  @GuardedBy("this")
  private long leftOut;

  @GuardedBy("this")
  private long traced;

  /**
   * @param clock in nanoseconds
   * @param log takes a line, and what to print a trace of, if anything
   */
  ClientFaults(LongSupplier clock, BiConsumer<String, @Nullable Throwable> log) {
    this.clock = clock;
    this.log = log;
    second = clock.getAsLong();
    traced = second - BETWEEN_TRACES;
  }

  /**
   * The client broke the rules.
   *
   * @param connection its socket
   * @param peer its address
   * @param fault what it did; may hold what it sent
   */
  void broke(Channel connection, String peer, String fault) {
    if (connection.attr(SAID).getAndSet(true) == null) {
      line(peer + " broke the rules of its protocol: " + Printable.of(fault, LONGEST), null);
    }
  }

  /** Something failed that a client should not be able to make fail: with a trace at times. */
  void unexpected(Channel connection, String peer, Throwable cause) {
    if (connection.attr(SAID).getAndSet(true) == null) {
      line(
          "The connection of " + peer + " failed: " + Printable.of(cause.toString(), LONGEST),
          cause);
    }
  }

  private synchronized void line(String text, @Nullable Throwable cause) {
    long now = clock.getAsLong();
    if (now - second >= TimeUnit.SECONDS.toNanos(1)) {
      second = now;
      lines = 0;
    }
    if (lines == MOST_LINES) {
      leftOut++;
      return;
    }
    lines++;
    boolean trace = cause != null && now - traced >= BETWEEN_TRACES;
    if (trace) {
      traced = now;
    }
    log.accept(
        leftOut == 0 ? text : text + " (" + leftOut + " more such lines were left out before)",
        trace ? cause : null);
    leftOut = 0;
  }
}
