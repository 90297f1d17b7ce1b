package zaguan.discovery.balancing;

import com.google.errorprone.annotations.concurrent.GuardedBy;

/**
 * Whether an instance is set aside: at once when it takes no connection, or after {@value
 * #IN_A_ROW} failures in a row. Responses that cannot be read count once for a path, so that one
 * odd path says nothing of all others. After a pause one request tries it; each pause is twice the
 * last, from 1 s to 10 s.
 */
final class Ejection {

  private static final int IN_A_ROW = 5;
  private static final long FIRST_PAUSE = 1_000_000_000L;
  private static final long LONGEST_PAUSE = 10_000_000_000L;

  /** Hashes of the paths of late whose responses could not be read, since it last succeeded. */
  @GuardedBy("this")
  private final int[] oddPaths = new int[IN_A_ROW];

  @GuardedBy("this")
  private int odd;

  @GuardedBy("this")
  private int failures;

  @GuardedBy("this")
  private boolean ejected;

  @GuardedBy("this")
  private boolean trying;

  @GuardedBy("this")
  private long until;

  @GuardedBy("this")
  private long pause;

  synchronized boolean ejected() {
    return ejected;
  }

  /** Whether a request may be sent: it is not set aside, or its pause is over and none tries it. */
  synchronized boolean open(long now) {
    return !ejected || (!trying && now - until >= 0);
  }

  synchronized void asked() {
    trying = ejected;
  }

  /** Whether this ends an ejection. */
  synchronized boolean succeeded() {
    boolean returns = ejected;
    failures = 0;
    odd = 0;
    ejected = false;
    trying = false;
    pause = 0;
    return returns;
  }

  /** A request ended without saying anything of the instance. */
  synchronized void left() {
    trying = false;
  }

  /** Whether it failed often enough to be set aside. */
  synchronized boolean failed(boolean refused) {
    failures = refused ? IN_A_ROW : Math.min(failures + 1, IN_A_ROW);
    trying = false;
    return failures == IN_A_ROW;
  }

  /** As {@link #failed}, of a response that could not be read. */
  synchronized boolean unreadable(String path) {
    int hash = path.hashCode();
    for (int i = 0; i < Math.min(odd, IN_A_ROW); i++) {
      if (oddPaths[i] == hash) {
        trying = false;
        return false;
      }
    }
    oddPaths[odd++ % IN_A_ROW] = hash;
    return failed(false);
  }

  /** Sets it aside, or aside again; returns the pause in nanoseconds. */
  synchronized long eject(long now) {
    // Failures of requests that were under way together are one failure.
    if (!ejected || now - until >= 0) {
      pause = pause == 0 ? FIRST_PAUSE : Math.min(2 * pause, LONGEST_PAUSE);
      until = now + pause;
    }
    ejected = true;
    return pause;
  }

  synchronized void readmit() {
    ejected = false;
    trying = false;
  }
}
