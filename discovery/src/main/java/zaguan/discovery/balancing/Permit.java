package zaguan.discovery.balancing;

import java.util.function.LongSupplier;

/** A request that was let in, until its response begins or it ends without one. One thread. */
public final class Permit {

  private enum Phase {
    /** Its body comes: it waits for its client. */
    COMES,
    /** It waits for the service. */
    WAITS,
    OVER,
  }

  private final ConcurrencyLimit limit;
  private final LongSupplier clock;
  private Phase phase;
  private long began;

  Permit(ConcurrencyLimit limit, LongSupplier clock, boolean complete) {
    this.limit = limit;
    this.clock = clock;
    phase = complete ? Phase.WAITS : Phase.COMES;
    began = clock.getAsLong();
  }

  /**
   * The request is complete: only now it is the service that takes time.
   *
   * @return false if it has come to its end in vain, since far too many wait by now
   */
  public boolean requested() {
    began = clock.getAsLong();
    if (phase == Phase.COMES) {
      phase = limit.came() ? Phase.WAITS : Phase.OVER;
      return phase == Phase.WAITS;
    }
    return true;
  }

  /** The response begins, or the time for it is over: both tell how long requests take now. */
  public void answered() {
    if (phase == Phase.WAITS) {
      phase = Phase.OVER;
      limit.answered(began, clock.getAsLong());
    } else {
      left(); // Before the request was complete: it may be the client that took the time.
    }
  }

  /** It ended in a way that says nothing of the load. After {@link #answered}: no effect. */
  public void left() {
    switch (phase) {
      case COMES -> limit.stopped();
      case WAITS -> limit.left();
      case OVER -> {}
    }
    phase = Phase.OVER;
  }
}
