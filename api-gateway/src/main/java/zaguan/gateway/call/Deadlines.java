package zaguan.gateway.call;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import zaguan.gateway.routing.ServiceSettings;

/** How long a call has waited for what. Only on the event loop of the call. */
final class Deadlines {

  private final ServiceSettings settings;
  private final CallLoop loop;

  /** Null while the body is not waited for, or may take its time. */
  private @Nullable Pace pace;

  /** When the last bytes passed, either way. */
  private long moved;

  private long complete;

  /** What the slower side had yet to take at the last look, in bytes. */
  private long unread;

  Deadlines(ServiceSettings settings, CallLoop loop) {
    this.settings = settings;
    this.loop = loop;
    moved = loop.now();
  }

  /** Bytes have passed, either way. */
  void moved() {
    moved = loop.now();
  }

  /** From now on it is the client that takes time, since the body has not come. */
  void awaitBody() {
    pace = Pace.of(settings.leastBodyRate(), loop.now());
  }

  void bodyCame(int bytes) {
    moved();
    if (pace != null) {
      pace.came(bytes, moved);
    }
  }

  /** The whole request has come: from now on it is the instance that takes time. */
  long requestComplete() {
    complete = loop.clock().getAsLong();
    return complete;
  }

  /**
   * Whether the body comes more slowly than it must.
   *
   * @param taken whether what comes is taken at present
   */
  boolean isBodyLate(boolean taken, long now) {
    return pace != null && pace.tooSlow(taken, now);
  }

  /** Whether a request that has come as a whole has waited too long for its response. */
  boolean isResponseLate(long now) {
    return now - complete > settings.responseTimeout().toNanos();
  }

  /** Whether no bytes have passed for longer than that. */
  boolean isIdle(Duration limit, long now) {
    return now - moved > limit.toNanos();
  }

  /**
   * Whether a slow reader has taken something since the last look: then bytes have passed.
   *
   * @param left what it has yet to take, in bytes
   */
  boolean hasProgressed(long left, long now) {
    long before = unread;
    unread = left;
    if (unread == before) {
      return false;
    }
    moved = now;
    return true;
  }
}
