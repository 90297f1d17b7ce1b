package zaguan.gateway.call;

import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import zaguan.discovery.balancing.Attempt;
import zaguan.discovery.balancing.RetryPlan;
import zaguan.gateway.routing.Route;

/**
 * What happened to one request, from its head to its end. It fills on the event loop of the call,
 * and is complete when the {@link CallObserver} gets it. Times are nanoseconds of the gateway's
 * clock; those of what did not happen are 0.
 */
public final class CallRecord {

  /** How a call ended. */
  public enum Ending {
    /** The response of an instance came to its end. */
    ANSWERED,
    /** The gateway answered with a page of its own. */
    PAGE,
    /** The gateway answered in place of an instance, as {@link CallRecord#outcome} says. */
    OUTCOME,
    /** The response had begun, or a tunnel stood still, and was broken off. */
    BROKEN,
    /** The tunnel that the request became was closed. */
    CLOSED,
    /** The client went before its call had ended. */
    LEFT
  }

  private final LongSupplier clock;
  private final Consumer<CallRecord> observer;
  private final String requestId;
  private final String peer;
  private final String method;
  private final String target;
  private final long began;
  private @Nullable Route route;
  private @Nullable RetryPlan plan;
  private @Nullable Attempt answer;
  private @Nullable Outcome outcome;
  private @Nullable Ending ending;
  private Fault fault = Fault.NOBODY;
  private int status;
  private int waits;
  private long waitBegan;
  private long waited;
  private long complete;
  private long ended;
  private long received;
  private long sent;

  /**
   * @param clock in nanoseconds
   * @param observer gets it when it is complete
   */
  CallRecord(
      String requestId,
      String peer,
      String method,
      String target,
      LongSupplier clock,
      Consumer<CallRecord> observer) {
    this.requestId = requestId;
    this.peer = peer;
    this.method = method;
    this.target = target;
    this.clock = clock;
    this.observer = observer;
    began = clock.getAsLong();
  }

  // What the call tells.

  void matched(Route to) {
    route = to;
  }

  void asks(RetryPlan attempts) {
    plan = attempts;
  }

  void requestComplete(long now) {
    complete = now;
  }

  void waitBegins() {
    waits++;
    waitBegan = clock.getAsLong();
  }

  void waitEnds() {
    if (waitBegan != 0) {
      waited += clock.getAsLong() - waitBegan;
      waitBegan = 0;
    }
  }

  void received(long bytes) {
    received += bytes;
  }

  void sent(long bytes) {
    sent += bytes;
  }

  /** The response that the client gets has begun. */
  void begins(Attempt by) {
    answer = by;
    status = by.status();
  }

  /** The response of an instance, or the tunnel, has come to its end. */
  void answered(Ending how) {
    end(how, Fault.of(status));
  }

  void page(int pageStatus) {
    status = pageStatus;
    end(Ending.PAGE, Fault.NOBODY);
  }

  void failed(Outcome why) {
    outcome = why;
    end(Ending.OUTCOME, Fault.of(why));
  }

  void broken(Fault whose) {
    end(Ending.BROKEN, whose);
  }

  void left() {
    end(Ending.LEFT, Fault.CLIENT);
  }

  private void end(Ending how, Fault whose) {
    if (ending != null) {
      throw new IllegalStateException("It has ended already: " + ending + ", now " + how);
    }
    waitEnds();
    ending = how;
    fault = whose;
    ended = clock.getAsLong();
    observer.accept(this);
  }

  // What observers read.

  /** By which the request is found in all logs. */
  public String requestId() {
    return requestId;
  }

  /** The address of the client, or of the proxy that it came through; empty if it has none. */
  public String peer() {
    return peer;
  }

  /** As the client sent it; empty if the head could not be read. */
  public String method() {
    return method;
  }

  /** The target of the request, as the client sent it; empty as {@link #method}. */
  public String target() {
    return target;
  }

  /** Null if the request did not come as far. */
  public @Nullable Route route() {
    return route;
  }

  /** Which instances were asked, in that order: the first 32. Empty if none was. */
  public List<Attempt> attempts() {
    return plan == null ? List.of() : plan.attempts();
  }

  /** How often the request was sent once more at the cost of the service's budget. */
  public int paidRetries() {
    return plan == null ? 0 : plan.paid();
  }

  /** The attempt whose response the client got, or its beginning; null if none. */
  public @Nullable Attempt answer() {
    return answer;
  }

  /** How often it waited for an instance: for the service to wake, or to take a connection. */
  public int waits() {
    return waits;
  }

  /** For how long it waited for an instance, in nanoseconds. */
  public long waited() {
    return waited;
  }

  /** Why the gateway answered in place of an instance; null if it did not. */
  public @Nullable Outcome outcome() {
    return outcome;
  }

  /** The HTTP status that the client got; 0 if none was sent. */
  public int status() {
    return outcome == null ? status : Problems.of(outcome).status();
  }

  /** How it ended. */
  public Ending ending() {
    return Objects.requireNonNull(ending);
  }

  /** Whose fault that is. */
  public Fault fault() {
    return fault;
  }

  /** When the head of the request had come. */
  public long began() {
    return began;
  }

  /** When the whole request had come. */
  public long complete() {
    return complete;
  }

  /** When it ended. */
  public long ended() {
    return ended;
  }

  /** Bytes of the request's body, and of what the client sent through a tunnel. */
  public long received() {
    return received;
  }

  /** Bytes of the response's body, and of what the instance sent through a tunnel. */
  public long sent() {
    return sent;
  }
}
