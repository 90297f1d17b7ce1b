package zaguan.gateway.call;

import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Who is asked at present: one instance, or two while the first is late. Only on the event loop of
 * the call.
 */
final class Race {

  /** Gets the body as it comes; its response is the one that the client gets, once it begins. */
  private @Nullable AttemptStream first;

  /**
   * A second one, while the first is late; whichever begins to answer is the first from then on.
   */
  private @Nullable AttemptStream beside;

  @Nullable AttemptStream first() {
    return first;
  }

  /** To the first; null while there is no connection. */
  @Nullable InstanceStream stream() {
    return first == null ? null : first.stream();
  }

  boolean isOfTwo() {
    return beside != null;
  }

  void begin(AttemptStream attempt) {
    first = attempt;
  }

  void beginBeside(AttemptStream attempt) {
    beside = attempt;
  }

  void replace(AttemptStream failed, AttemptStream next) {
    if (failed == beside) {
      beside = next;
    } else {
      first = next;
    }
  }

  /** It has failed, and the other goes on, if there is one. */
  void leave(AttemptStream failed) {
    if (failed == first) {
      first = beside;
    }
    beside = null;
  }

  /**
   * This one answers; what another does with the request is given up.
   *
   * @param patience how long an instance may take, in nanoseconds
   */
  void take(AttemptStream answering, long patience, LongSupplier clock) {
    AttemptStream other = answering == beside ? first : beside;
    first = answering;
    beside = null;
    if (other != null) {
      if (clock.getAsLong() - other.attempt().chosen() > patience) {
        other.attempt().late();
      }
      other.cancel();
    }
  }

  /** None has answered in the time that there was. */
  void late() {
    Objects.requireNonNull(first).attempt().late();
    if (beside != null) {
      beside.attempt().late();
    }
  }

  /** The first has answered, and is not asked any more. */
  AttemptStream end() {
    AttemptStream answered = Objects.requireNonNull(first);
    first = null;
    return answered;
  }

  void cancel() {
    if (first != null) {
      first.cancel();
      first = null;
    }
    if (beside != null) {
      beside.cancel();
      beside = null;
    }
  }
}
