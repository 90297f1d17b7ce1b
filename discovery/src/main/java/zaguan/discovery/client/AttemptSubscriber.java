package zaguan.discovery.client;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.micronaut.http.HttpResponse;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;
import zaguan.discovery.balancing.Attempt;

/** A call at one instance: tells the call what Micronaut's client tells it. Any thread. */
final class AttemptSubscriber<T> implements CoreSubscriber<T> {

  /** The call. */
  interface Owner<T> {

    /** Who gets the response, and whose context all of it has. */
    CoreSubscriber<? super T> caller();

    /** Whether this is, from now on or already, the response that the caller gets. */
    boolean takes(AttemptSubscriber<T> from, int status);

    /**
     * The response that the caller gets has ended.
     *
     * @param failure null if it is complete
     */
    void ended(AttemptSubscriber<T> from, @Nullable Throwable failure);

    /** It failed before its response was taken. */
    void failed(AttemptSubscriber<T> from, Throwable thrown);
  }

  private static final Logger LOG = LoggerFactory.getLogger(AttemptSubscriber.class);

  private static final int OK = 200;

  /** Reactor's key for what is done with an error that comes after the end; else it is logged. */
  private static final String ON_ERROR_DROPPED = "reactor.onErrorDropped.local";

  private final Owner<T> call;
  private final Attempt attempt;

  /** The caller's; but what comes of an attempt that was given up is no error of anybody's. */
  private final Context context;

  @GuardedBy("this")
  private long demand;

  @GuardedBy("this")
  private @Nullable Subscription subscription;

  @GuardedBy("this")
  private boolean cancelled;

  /** Under the lock of the call. */
  private boolean counted;

  /** Whether the caller gets this response. */
  private volatile boolean taken;

  /**
   * @param demand how many elements the caller has asked for
   */
  AttemptSubscriber(Owner<T> call, Attempt attempt, long demand) {
    this.call = call;
    this.attempt = attempt;
    context =
        call.caller()
            .currentContext()
            .put(ON_ERROR_DROPPED, (Consumer<Throwable>) AttemptSubscriber::drop);
    this.demand = demand;
  }

  /** To be used under the lock of the call only. */
  Attempt attempt() {
    return attempt;
  }

  /** Whether this is the first time that it is asked; under the lock of the call. */
  boolean countsNow() {
    boolean first = !counted;
    counted = true;
    return first;
  }

  @Override
  public Context currentContext() {
    return context;
  }

  private static void drop(Throwable late) {
    LOG.debug("after the end of a call: {}", late.toString());
  }

  @Override
  public void onSubscribe(Subscription given) {
    long wanted;
    synchronized (this) {
      subscription = given;
      wanted = cancelled ? -1 : demand;
    }
    if (wanted < 0) {
      given.cancel();
    } else if (wanted > 0) {
      given.request(wanted);
    }
  }

  @Override
  public void onNext(T element) {
    if (taken || call.takes(this, status(element))) {
      taken = true;
      call.caller().onNext(element);
    } else {
      Operators.onNextDropped(element, currentContext());
    }
  }

  @Override
  public void onError(Throwable failure) {
    if (taken) {
      call.ended(this, failure);
    } else {
      call.failed(this, failure);
    }
  }

  @Override
  public void onComplete() {
    // Without an element: an answer without a body.
    if (taken || call.takes(this, OK)) {
      call.ended(this, null);
    }
  }

  void request(long n) {
    Subscription to;
    synchronized (this) {
      to = subscription;
      demand = Operators.addCap(demand, n);
    }
    if (to != null) {
      to.request(n);
    }
  }

  void cancel() {
    Subscription to;
    synchronized (this) {
      cancelled = true;
      to = subscription;
    }
    if (to != null) {
      to.cancel();
    }
  }

  private static int status(Object element) {
    return element instanceof HttpResponse<?> response ? response.code() : OK;
  }
}
