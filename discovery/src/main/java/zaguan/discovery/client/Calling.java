package zaguan.discovery.client;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.scheduler.Scheduler;
import zaguan.discovery.balancing.Attempt;
import zaguan.discovery.balancing.Permit;
import zaguan.discovery.balancing.RetryPlan;

/**
 * One call, from its subscription to its end: sends the request to an instance; to another if that
 * fails before its response began; to a second beside it if it takes long; through a gateway if
 * none is there. The caller gets the response of the first to answer.
 *
 * <p>Any thread may tell it something. What it decides it decides under its lock, and what follows
 * it does afterwards.
 */
final class Calling<T> implements Subscription, AttemptSubscriber.Owner<T> {

  private enum Phase {
    ASKING,
    ANSWERED,
    OVER
  }

  private static final int OK = 200;

  private final CoreSubscriber<? super T> caller;
  private final Callees callees;
  private final Callee callee;
  private final Outgoing request;
  private final Scheduler timers;

  @GuardedBy("this")
  private Phase phase = Phase.ASKING;

  @GuardedBy("this")
  private final Attempts<T> attempts;

  @GuardedBy("this")
  private @Nullable Permit permit;

  @GuardedBy("this")
  private boolean throughGateway;

  @GuardedBy("this")
  private final CallTime time;

  Calling(
      CoreSubscriber<? super T> caller,
      Callees callees,
      Callee callee,
      Outgoing request,
      Origin origin,
      Attempts.Sending<T> sending,
      Scheduler timers,
      LongSupplier clock) {
    this.caller = caller;
    this.callees = callees;
    this.callee = callee;
    this.request = request;
    this.timers = timers;
    attempts = new Attempts<>(this, request, callee.upstream(), origin, sending);
    time = new CallTime(callee, origin, timers, clock, this::look);
    callee.called(time.began());
  }

  @Override
  public CoreSubscriber<? super T> caller() {
    return caller;
  }

  /** Begins; at once if it is known which instances there are. */
  void begin() {
    if (callee.known().isDone()) {
      admit();
      return;
    }
    synchronized (this) {
      time.bound();
      time.lookAtDeadline();
    }
    callee.onceKnown(this::admit, timers::schedule);
  }

  private static void nothing() {}

  private void admit() {
    Runnable next;
    synchronized (this) {
      next = phase == Phase.ASKING ? admitted() : Calling::nothing;
    }
    next.run();
  }

  @GuardedBy("this")
  private Runnable admitted() {
    time.bound();
    permit = callee.upstream().admit();
    if (permit == null) {
      return failing(CallFailedException.overloaded(callee.name()));
    }
    Attempt first = attempts.first();
    if (first == null) {
      return throughGateway();
    }
    time.lookAtPatience(request.mayRace());
    return attempts.asking(first, time.left());
  }

  /** No instance is registered, or none took a connection: a gateway may wake one. */
  @GuardedBy("this")
  private Runnable throughGateway() {
    throughGateway = true;
    if (permit != null) {
      permit.left(); // How long it takes to wake a service says nothing of its load.
    }
    time.boundWaking();
    time.lookAtDeadline();
    return () -> {
      Callee gateways = callees.gateways();
      gateways.onceKnown(() -> askGateway(gateways), timers::schedule);
    };
  }

  private void askGateway(Callee gateways) {
    Runnable next;
    synchronized (this) {
      next = phase == Phase.ASKING ? askingOneOf(gateways) : Calling::nothing;
    }
    next.run();
  }

  @GuardedBy("this")
  private Runnable askingOneOf(Callee gateways) {
    attempts.lead(request.byName(callee.name()), gateways.upstream());
    Attempt first = callee == gateways ? null : attempts.first();
    return first == null
        ? failing(CallFailedException.noGateway(callee.name(), gateways.name()))
        : attempts.asking(first, time.left());
  }

  // What the instances do.

  @Override
  public boolean takes(AttemptSubscriber<T> from, int status) {
    boolean taken;
    Runnable next;
    synchronized (this) {
      if (phase != Phase.ASKING || !attempts.has(from)) {
        return phase == Phase.ANSWERED && attempts.has(from);
      }
      Runnable instead = insteadOf(from, status);
      taken = instead == null;
      next = instead == null ? answeredBy(from) : instead;
    }
    next.run();
    return taken;
  }

  /** Whom to ask since this one answered that status; null if it is the answer. */
  @GuardedBy("this")
  private @Nullable Runnable insteadOf(AttemptSubscriber<T> from, int status) {
    if (throughGateway) {
      from.attempt().answered(OK); // A gateway has tried what could be tried, and is not to blame.
      return null;
    }
    from.attempt().answered(status);
    return RetryPlan.isWorthAnother(status) ? attempts.goOnWithout(from, time.left()) : null;
  }

  @GuardedBy("this")
  private Runnable answeredBy(AttemptSubscriber<T> taken) {
    phase = Phase.ANSWERED;
    time.stop();
    if (permit != null) {
      permit.answered();
    }
    return attempts.giveUpAllBut(taken);
  }

  @Override
  public void ended(AttemptSubscriber<T> from, @Nullable Throwable failure) {
    boolean tells;
    synchronized (this) {
      tells = phase == Phase.ANSWERED && attempts.has(from);
      if (tells) {
        end();
      }
    }
    if (tells && failure != null) {
      caller.onError(failure);
    } else if (tells) {
      caller.onComplete();
    }
  }

  @Override
  public void failed(AttemptSubscriber<T> from, Throwable thrown) {
    Runnable next;
    synchronized (this) {
      if (phase != Phase.ASKING || !attempts.has(from)) {
        return; // It was given up.
      }
      Failure failure = Failure.of(thrown);
      Runnable instead = insteadOf(from, failure);
      if (instead == null) {
        if (failure instanceof Failure.Answered && permit != null) {
          permit.answered();
        }
        end();
      }
      next = instead == null ? () -> caller.onError(thrown) : instead;
    }
    next.run();
  }

  /** Whom to ask since this one failed; null if nobody is to be asked, and nobody else is. */
  @GuardedBy("this")
  private @Nullable Runnable insteadOf(AttemptSubscriber<T> from, Failure failure) {
    return switch (failure) {
      case Failure.Refused() -> {
        Runnable another = attempts.goOnAfterRefusal(from, time.left());
        yield another != null || throughGateway ? another : throughGateway();
      }
      case Failure.Answered(int status) -> insteadOf(from, status);
      case Failure.Broken _, Failure.Late _ -> {
        failure.tell(from.attempt());
        yield attempts.goOnWithout(from, time.left());
      }
      case Failure.OfCaller() -> null;
    };
  }

  // Time.

  private void look() {
    Runnable next;
    synchronized (this) {
      next = phase == Phase.ASKING ? lookedAt() : Calling::nothing;
    }
    next.run();
  }

  @GuardedBy("this")
  private Runnable lookedAt() {
    if (time.left() <= 0) {
      attempts.late();
      return failing(time.tooLate(attempts.askedLast()));
    }
    boolean mayRace = request.mayRace() && !throughGateway;
    Runnable beside = mayRace ? attempts.askBeside(time.left()) : Calling::nothing;
    time.lookAtPatience(mayRace && attempts.isOne()); // There may be another later, or a budget.
    return beside;
  }

  // The end.

  @GuardedBy("this")
  private Runnable failing(CallFailedException why) {
    Runnable giveUp = attempts.giveUp();
    end();
    return () -> {
      giveUp.run();
      caller.onError(why);
    };
  }

  @GuardedBy("this")
  private void end() {
    phase = Phase.OVER;
    time.stop();
    attempts.end();
    if (permit != null) {
      permit.left();
    }
  }

  @Override
  public void request(long n) {
    Runnable next;
    synchronized (this) {
      next = attempts.request(n);
    }
    next.run();
  }

  @Override
  public void cancel() {
    Runnable giveUp;
    synchronized (this) {
      giveUp = attempts.giveUp();
      end();
    }
    giveUp.run();
  }
}
