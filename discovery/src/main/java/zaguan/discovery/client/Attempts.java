package zaguan.discovery.client;

import io.micronaut.core.propagation.PropagatedContext;
import io.micronaut.http.MutableHttpRequest;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Operators;
import zaguan.discovery.balancing.Attempt;
import zaguan.discovery.balancing.RetryPlan;
import zaguan.discovery.balancing.Upstream;

/**
 * Who is asked in a call: none, one instance, or two while the first is late. Used under the lock
 * of the call; what a method returns is to be done after that, without the lock.
 */
final class Attempts<T> {

  /** Sends a request by Micronaut's client. */
  interface Sending<T> {
    Publisher<T> send(MutableHttpRequest<?> request);
  }

  private final AttemptSubscriber.Owner<T> call;
  private final Origin origin;
  private final Sending<T> sending;
  private final List<AttemptSubscriber<T>> asked = new ArrayList<>(2);
  private Outgoing request;
  private RetryPlan plan;
  private long demand;

  Attempts(
      AttemptSubscriber.Owner<T> call,
      Outgoing request,
      Upstream upstream,
      Origin origin,
      Sending<T> sending) {
    this.call = call;
    this.request = request;
    this.origin = origin;
    this.sending = sending;
    plan = new RetryPlan(upstream);
  }

  /** From now on others are asked, for that. */
  void lead(Outgoing other, Upstream upstream) {
    request = other;
    plan = new RetryPlan(upstream);
  }

  /** The first that is to be asked; null if there is none. */
  @Nullable Attempt first() {
    return plan.first();
  }

  /**
   * @param left nanoseconds until the call's deadline
   */
  Runnable asking(Attempt attempt, long left) {
    AttemptSubscriber<T> subscriber = new AttemptSubscriber<>(call, attempt, demand);
    asked.add(subscriber);
    attempt.requested();
    Outgoing what = request;
    return () -> {
      try (PropagatedContext.Scope _ = origin.context().propagate()) {
        sending.send(what.to(attempt.endpoint(), origin, left)).subscribe(subscriber);
      } catch (RuntimeException e) { // Micronaut's client refuses what it is given.
        call.failed(subscriber, e);
      }
    };
  }

  boolean has(AttemptSubscriber<T> attempt) {
    return asked.contains(attempt);
  }

  /** In place of one that failed another one, or the one beside it; null if there is neither. */
  @Nullable Runnable goOnWithout(AttemptSubscriber<T> failed, long left) {
    Attempt next = request.isRepeatable() ? another(failed) : null;
    if (next == null && asked.size() < 2) {
      return null;
    }
    failed.attempt().end();
    asked.remove(failed);
    Runnable ask = next == null ? () -> {} : asking(next, left);
    return () -> {
      failed.cancel();
      ask.run();
    };
  }

  /** As {@link #goOnWithout}, of one that took no connection. */
  @Nullable Runnable goOnAfterRefusal(AttemptSubscriber<T> refused, long left) {
    asked.remove(refused);
    Attempt next = plan.afterRefusal(refused.attempt());
    if (next != null) {
      return asking(next, left);
    }
    return asked.isEmpty() ? null : () -> {};
  }

  /** A second one while the first is late, if there is one and the budget allows. */
  Runnable askBeside(long left) {
    Attempt beside = isOne() ? another(asked.getFirst()) : null;
    return beside == null ? () -> {} : asking(beside, left);
  }

  /** Whether one is asked at present, and no other beside it. */
  boolean isOne() {
    return asked.size() == 1;
  }

  private @Nullable Attempt another(AttemptSubscriber<T> before) {
    if (before.countsNow()) {
      plan.sent();
    }
    return plan.another(before.attempt());
  }

  /** This one has answered. */
  Runnable giveUpAllBut(AttemptSubscriber<T> taken) {
    if (asked.size() == 1) {
      return () -> {};
    }
    List<AttemptSubscriber<T>> others = new ArrayList<>(asked);
    others.remove(taken);
    others.forEach(each -> each.attempt().end());
    asked.removeAll(others);
    return () -> others.forEach(AttemptSubscriber::cancel);
  }

  Runnable giveUp() {
    List<AttemptSubscriber<T>> all = List.copyOf(asked);
    return () -> all.forEach(AttemptSubscriber::cancel);
  }

  /** None has answered in the time that there was. */
  void late() {
    asked.forEach(each -> each.attempt().late());
  }

  /** Its address; empty if none is asked. */
  String askedLast() {
    return asked.isEmpty() ? "" : asked.getLast().attempt().endpoint().address();
  }

  void end() {
    asked.forEach(each -> each.attempt().end());
    asked.clear();
  }

  /** The caller takes that many elements more. */
  Runnable request(long n) {
    demand = Operators.addCap(demand, n);
    List<AttemptSubscriber<T>> all = List.copyOf(asked);
    return () -> all.forEach(each -> each.request(n));
  }
}
