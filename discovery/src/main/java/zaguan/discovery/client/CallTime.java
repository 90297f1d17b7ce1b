package zaguan.discovery.client;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Scheduler;

/** How long a call may take, and what has become late. Used under the lock of the call. */
final class CallTime {

  private final Callee callee;
  private final Origin origin;
  private final Scheduler timers;
  private final LongSupplier clock;
  private final Runnable look;
  private final long began;
  private long deadline;
  private Disposable timer = Disposables.disposed();

  /**
   * Of a call that begins now.
   *
   * @param look done by a timer, without the lock
   */
  CallTime(Callee callee, Origin origin, Scheduler timers, LongSupplier clock, Runnable look) {
    this.callee = callee;
    this.origin = origin;
    this.timers = timers;
    this.clock = clock;
    this.look = look;
    began = clock.getAsLong();
  }

  /** Sets the deadline by what is known of the service now; before anything else is asked. */
  void bound() {
    deadline = origin.deadline(clock, began + callee.settings().responseTimeout().toNanos());
  }

  /** Sets the deadline anew: the service may have to be woken. */
  void boundWaking() {
    CallSettings settings = callee.settings();
    long longest = settings.wakeTimeout().plus(settings.responseTimeout()).toNanos();
    deadline = origin.deadline(clock, clock.getAsLong() + longest);
  }

  /** When it began, in nanoseconds of the clock. */
  long began() {
    return began;
  }

  /** Nanoseconds until the deadline; below 0 if it is over. */
  long left() {
    return deadline - clock.getAsLong();
  }

  void lookAtDeadline() {
    lookIn(left());
  }

  /**
   * When an instance has taken long, at the latest at the deadline.
   *
   * @param mayRace whether another is to be asked then
   */
  void lookAtPatience(boolean mayRace) {
    long patience = callee.settings().attemptTimeout().toNanos();
    lookIn(mayRace && patience > 0 ? Math.min(patience, left()) : left());
  }

  private void lookIn(long nanos) {
    timer.dispose();
    timer = timers.schedule(look, Math.max(0, nanos), TimeUnit.NANOSECONDS);
  }

  void stop() {
    timer.dispose();
  }

  /**
   * What has not come in time.
   *
   * @param askedLast its address; empty if none is asked
   */
  CallFailedException tooLate(String askedLast) {
    String within = " within " + TimeUnit.NANOSECONDS.toMillis(clock.getAsLong() - began) + " ms";
    if (!callee.known().isDone()) {
      return CallFailedException.tooLate(
          callee.name(), "Consul has not said" + within + " where " + callee.name() + " is");
    }
    String last = askedLast.isEmpty() ? "" : "; asked last: " + askedLast;
    return CallFailedException.tooLate(
        callee.name(), callee.name() + " has not answered" + within + last);
  }
}
