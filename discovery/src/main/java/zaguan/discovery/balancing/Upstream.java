package zaguan.discovery.balancing;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import zaguan.discovery.catalog.Instance;

/**
 * A service as requests meet it: its endpoints, who of them is asked next, how many requests may
 * wait at once, how many may be sent again. It outlives the snapshots of the catalog.
 *
 * <p>Any thread; none waits.
 */
public final class Upstream {

  private final String service;
  private final LongSupplier clock;
  private final Consumer<InstanceEvent> events;
  private final Chooser chooser;
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
   * @param events what happens to instances; told by any thread, also under a lock: must neither
   *     wait nor call back
   */
  public Upstream(
      String service,
      int mostConcurrent,
      LongSupplier clock,
      IntUnaryOperator chance,
      Consumer<InstanceEvent> events) {
    this.service = service;
    this.clock = clock;
    this.events = events;
    this.mostConcurrent = mostConcurrent;
    limit = new ConcurrencyLimit(mostConcurrent, clock.getAsLong());
    chooser = new Chooser(service, chance, events);
    budget = new RetryBudget(clock.getAsLong());
    activity = new Activity(clock);
    ejections = new Ejections(service, clock, events);
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
    Map<String, Endpoint> gone = new HashMap<>(known);
    for (Instance instance : instances) {
      gone.remove(key(instance));
      Endpoint endpoint = known.get(key(instance));
      if (endpoint == null) {
        changed = true;
        endpoint = new Endpoint(instance, now, known.isEmpty() ? 0 : warmUp);
        events.accept(new InstanceEvent.Joined(service, instance));
      }
      endpoint.replaceInstance(instance);
      next.add(endpoint);
    }
    Endpoints all = new Endpoints(next);
    endpoints = all;
    for (Endpoint left : gone.values()) {
      events.accept(new InstanceEvent.Left(service, left.instance()));
    }
    if (changed) {
      limit.changed(known.isEmpty(), now);
      activity.used();
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
    long now = clock.getAsLong();
    Endpoint chosen = chooser.choose(endpoints, tried, now);
    return chosen == null ? null : new Attempt(chosen, ejections, activity, clock, now);
  }

  /**
   * Chooses an instance, and counts nothing.
   *
   * @param tried whom not to choose
   * @return null if there is no other
   */
  public @Nullable Endpoint choose(Collection<Endpoint> tried) {
    return chooser.choose(endpoints, tried, clock.getAsLong());
  }

  /** The service is gone: its instances are told to have left. Calls that are under way go on. */
  public void end() {
    for (Endpoint endpoint : list()) {
      events.accept(new InstanceEvent.Left(service, endpoint.instance()));
    }
  }

  /** The service slept, and this instance is ready. */
  public void woken(Instance instance) {
    events.accept(new InstanceEvent.Woken(service, instance));
  }

  /** Whether a request may be sent once more, after an instance may have seen it. */
  public boolean mayRetry() {
    return budget.spend(clock.getAsLong());
  }

  /** How many requests may wait for their response at present. */
  public int concurrency() {
    return limit.current();
  }

  /** It was called by somebody else than through here. */
  public void used() {
    activity.used();
  }

  /**
   * For how long no request has been under way at an instance, no instance has come or gone, and
   * nobody has told of its {@link #used use}; nanoseconds, 0 while a request is under way.
   */
  public long idle() {
    return activity.idle();
  }

  private static String key(Instance instance) {
    return instance.node() + '/' + instance.id() + '/' + instance.address();
  }
}
