package zaguan.discovery.balancing;

import java.util.Collection;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Which endpoint is asked next. The choice is the <a
 * href="https://www.eecs.harvard.edu/~michaelm/postscripts/handbook2001.pdf">power of two
 * choices</a>, with three: endpoints are drawn by their weights, and a later one is taken only if
 * it is better, by latency and by requests in flight. While none is slow and none is busy the
 * shares are therefore those of the weights.
 *
 * <p>Any thread; none waits.
 */
final class Chooser {

  /** Below it, latencies are alike: a busy core or a collection of garbage adds as much to any. */
  private static final double NOISE = 5e6;

  /** Latencies that differ by less than this factor are alike. */
  private static final double ALIKE = 2;

  /**
   * Endpoints that are compared. Of two, both are bad once in a hundred requests if a tenth of the
   * endpoints is, which is what the p99 would be then; of three, once in a thousand.
   */
  private static final int CHOICES = 3;

  /**
   * Of the request that is to be sent. With 0.5 a weight of 10 of 100 gets up to 14 % of the
   * requests, with 1 down to 7.5 %, with this from 8 to 11 %, however many are in flight.
   */
  private static final double PART = 0.8;

  /** Draws before the endpoints are gone through one by one. */
  private static final int DRAWS = 4;

  private final String service;
  private final IntUnaryOperator chance;
  private final Consumer<InstanceEvent> events;

  /**
   * @param chance a random number from 0 to below the one given; called by any thread
   */
  Chooser(String service, IntUnaryOperator chance, Consumer<InstanceEvent> events) {
    this.service = service;
    this.chance = chance;
    this.events = events;
  }

  /**
   * One of these, by weight, latency and requests in flight.
   *
   * @param tried whom not to choose
   * @param now in nanoseconds
   * @return null if there is no other
   */
  @Nullable Endpoint choose(Endpoints current, Collection<Endpoint> tried, long now) {
    Endpoint best = pick(current, tried, null, now);
    for (int i = 1; best != null && i < Math.min(CHOICES, current.size()); i++) {
      Endpoint other = pick(current, tried, best, now);
      if (other != null && other.ejection.open(now) && better(current, other, best, now)) {
        best = other;
      }
    }
    return best;
  }

  private @Nullable Endpoint pick(
      Endpoints from, Collection<Endpoint> tried, @Nullable Endpoint not, long now) {
    if (from.size() == 0) {
      return null;
    }
    for (int i = 0; i < DRAWS; i++) {
      Endpoint drawn = from.draw(chance);
      if (drawn != not && !tried.contains(drawn) && drawn.ejection.open(now) && warm(drawn, now)) {
        return drawn;
      }
    }
    // Rare: most are set aside, tried or new. Any that is open is better than none, and any at all
    // better than an error.
    Endpoint last = null;
    int start = chance.applyAsInt(from.size());
    for (int i = 0; i < from.size(); i++) {
      Endpoint next = from.get((start + i) % from.size());
      if (next != not && !tried.contains(next)) {
        if (next.ejection.open(now)) {
          return next;
        }
        last = next;
      }
    }
    return last;
  }

  private boolean warm(Endpoint endpoint, long now) {
    double warmth = endpoint.warmth(now);
    if (warmth >= 1) {
      if (endpoint.isNewlyWarm()) {
        events.accept(new InstanceEvent.Warmed(service, endpoint.instance()));
      }
      return true;
    }
    return chance.applyAsInt(1 << 16) < warmth * (1 << 16);
  }

  /**
   * By requests in flight in relation to the weight, and by latency if that differs clearly.
   *
   * <p>While latencies are alike, one is better if it has fewer for its weight, with {@link #PART}
   * of this request, than the other without that part. Compared as they are, an idle canary of
   * weight 10 would be better than any that is busy, and get up to 17 % of the requests.
   */
  private static boolean better(Endpoints endpoints, Endpoint one, Endpoint other, long now) {
    double latency = one.latency.at(now);
    double otherLatency = other.latency.at(now);
    if (latency >= 0 && otherLatency >= 0) {
      latency = Math.max(latency, NOISE);
      otherLatency = Math.max(otherLatency, NOISE);
      if (latency > ALIKE * otherLatency || otherLatency > ALIKE * latency) {
        double load = 1 + one.inFlight() / endpoints.share(one);
        double otherLoad = 1 + other.inFlight() / endpoints.share(other);
        return load * latency < otherLoad * otherLatency;
      }
    }
    return (one.inFlight() + PART) * endpoints.share(other)
        <= (other.inFlight() - 1 + PART) * endpoints.share(one);
  }
}
