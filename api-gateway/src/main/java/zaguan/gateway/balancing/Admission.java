package zaguan.gateway.balancing;

import java.util.function.LongSupplier;

/** A request that was let in, until its response begins or it ends without one. One thread. */
public final class Admission {

  private final ConcurrencyLimit limit;
  private final LongSupplier clock;
  private long began;
  private boolean over;

  Admission(ConcurrencyLimit limit, LongSupplier clock) {
    this.limit = limit;
    this.clock = clock;
    began = clock.getAsLong();
  }

  /** The request is complete: only now it is the service that takes time. */
  public void requested() {
    began = clock.getAsLong();
  }

  /** The response begins, or the time for it is over: both tell how long requests take now. */
  public void answered() {
    if (!over) {
      over = true;
      limit.answered(began, clock.getAsLong());
    }
  }

  /** It ended in a way that says nothing of the load. After {@link #answered}: no effect. */
  public void left() {
    if (!over) {
      over = true;
      limit.left();
    }
  }
}
