package zaguan.simulation;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.BooleanSupplier;

/** Timeouts of one length, of which few come true: only the next one is on the agenda. */
final class Timeouts {

  private record Timeout(long at, BooleanSupplier over, Runnable what) {}

  private final Agenda agenda;
  private final long length;
  private final Queue<Timeout> pending = new ArrayDeque<>();
  private boolean watching;

  Timeouts(Agenda agenda, long length) {
    this.agenda = agenda;
    this.length = length;
  }

  /** Unless it is over by then. */
  void add(BooleanSupplier over, Runnable what) {
    dropOver();
    pending.add(new Timeout(agenda.now() + length, over, what));
    watch();
  }

  private void watch() {
    Timeout next = pending.peek();
    if (!watching && next != null) {
      watching = true;
      agenda.at(next.at(), this::fire);
    }
  }

  private void fire() {
    watching = false;
    dropOver();
    for (Timeout next = pending.peek(); next != null && next.at() <= agenda.now(); ) {
      pending.remove();
      next.what().run();
      dropOver();
      next = pending.peek();
    }
    watch();
  }

  private void dropOver() {
    for (Timeout next = pending.peek(); next != null && next.over().getAsBoolean(); ) {
      pending.remove();
      next = pending.peek();
    }
  }
}
