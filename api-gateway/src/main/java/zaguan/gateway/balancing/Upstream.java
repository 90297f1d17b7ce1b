package zaguan.gateway.balancing;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import zaguan.gateway.catalog.Instance;

/**
 * A service as requests meet it: its endpoints, who of them is asked next, how many requests may
 * wait at once, how many may be sent again. It outlives the snapshots of the catalog.
 *
 * <p>The choice is the <a
 * href="https://www.eecs.harvard.edu/~michaelm/postscripts/handbook2001.pdf">power of two
 * choices</a>, with three: endpoints are drawn by their weights, and a later one is taken only if
 * it is better, by latency and by requests in flight. While none is slow and none is busy the
 * shares are therefore those of the weights.
 *
 * <p>Any thread; none waits.
 */
public final class Upstream {

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
  private final LongSupplier clock;
  private final IntUnaryOperator chance;
  private final RetryBudget budget;
  private final Activity activity;
  private final Ejections ejections;
  private volatile Endpoints endpoints = Endpoints.NONE;
  private volatile ConcurrencyLimit limit;

  @GuardedBy("this")
  private int mostConcurrent;

  /**
   * @param service its name
   * @param mostConcurrent how many requests may wait for their response at once, at the most; 1 or
   *     more
   * @param clock nanoseconds since some moment
   * @param chance a random number from 0 to below the one given; called by any thread
   */
  public Upstream(String service, int mostConcurrent, LongSupplier clock, IntUnaryOperator chance) {
    this.service = service;
    this.clock = clock;
    this.chance = chance;
    this.mostConcurrent = mostConcurrent;
    limit = new ConcurrencyLimit(mostConcurrent, clock.getAsLong());
    budget = new RetryBudget(clock.getAsLong());
    activity = new Activity(clock);
    ejections = new Ejections(service, clock);
  }

  /** The name of the service. */
  public String service() {
    return service;
  }

  /**
   * Follows the catalog. What is known of instances that stay is kept; those that come later than
   * the first warm up.
   *
   * @param listed as Consul lists them; those of weight 0 are asked if there is no other
   * @param warmUp nanoseconds until a new instance gets its full share
   */
  public synchronized void replaceInstances(List<Instance> listed, long warmUp) {
    long now = clock.getAsLong();
    List<Instance> instances = withWeight(listed);
    Map<String, Endpoint> known = new HashMap<>();
    for (Endpoint endpoint : list()) {
      known.put(key(endpoint.instance()), endpoint);
    }
    List<Endpoint> next = new ArrayList<>();
    boolean changed = instances.size() != known.size();
    for (Instance instance : instances) {
      Endpoint endpoint = known.get(key(instance));
      if (endpoint == null) {
        changed = true;
        endpoint = new Endpoint(instance, now, known.isEmpty() ? 0 : warmUp);
      }
      endpoint.replaceInstance(instance);
      next.add(endpoint);
    }
    Endpoints all = new Endpoints(next);
    endpoints = all;
    if (changed) {
      limit.changed(known.isEmpty(), now);
      activity.changed();
    }
    ejections.replaceEndpoints(all);
  }

  /** A weight of 0 means none while another has more. */
  private static List<Instance> withWeight(List<Instance> listed) {
    List<Instance> some = listed.stream().filter(instance -> instance.weight() > 0).toList();
    return some.isEmpty() ? listed : some;
  }

  /** Bounds the requests that wait at once anew; no effect if the bound is as it was. */
  public synchronized void limit(int most) {
    if (most != mostConcurrent) {
      mostConcurrent = most;
      limit = new ConcurrencyLimit(most, clock.getAsLong());
    }
  }

  /** At present, in the order of the catalog. */
  public List<Endpoint> list() {
    Endpoints current = endpoints;
    List<Endpoint> list = new ArrayList<>(current.size());
    for (int i = 0; i < current.size(); i++) {
      list.add(current.get(i));
    }
    return list;
  }

  /**
   * Lets a complete request in, or refuses it since too many wait already.
   *
   * @return null if it is refused
   */
  public @Nullable Permit admit() {
    return admit(true);
  }

  /**
   * Lets a request in, or refuses it since too many wait already, or since too many come.
   *
   * @param complete whether all of it has come; {@link Permit#requested} tells if that is later
   * @return null if it is refused
   */
  public @Nullable Permit admit(boolean complete) {
    ConcurrencyLimit current = limit;
    if (!(complete ? current.enter() : current.begin())) {
      return null;
    }
    budget.requested();
    return new Permit(current, clock, complete);
  }

  /**
   * Chooses an instance for a request, and counts the request as sent to it.
   *
   * @param tried whom not to choose
   * @return null if there is no other
   */
  public @Nullable Attempt take(Collection<Endpoint> tried) {
    Endpoint chosen = choose(tried);
    return chosen == null ? null : new Attempt(chosen, ejections, activity, clock);
  }

  /**
   * Chooses an instance, and leaves no trace.
   *
   * @param tried whom not to choose
   * @return null if there is no other
   */
  public @Nullable Endpoint choose(Collection<Endpoint> tried) {
    Endpoints current = endpoints;
    long now = clock.getAsLong();
    Endpoint best = pick(current, tried, null, now);
    for (int i = 1; best != null && i < Math.min(CHOICES, current.size()); i++) {
      Endpoint other = pick(current, tried, best, now);
      if (other != null && other.ejection.open(now) && better(current, other, best, now)) {
        best = other;
      }
    }
    return best;
  }

  /** Whether a request may be sent once more, after an instance may have seen it. */
  public boolean mayRetry() {
    return budget.spend(clock.getAsLong());
  }

  /** How many requests may wait for their response at present. */
  public int concurrency() {
    return limit.current();
  }

  /**
   * For how long no request has been under way at an instance, and no instance has come or gone;
   * nanoseconds, 0 while one is under way.
   */
  public long idle() {
    return activity.idle();
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
    return warmth >= 1 || chance.applyAsInt(1 << 16) < warmth * (1 << 16);
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

  private static String key(Instance instance) {
    return instance.node() + '/' + instance.id() + '/' + instance.address();
  }
}
