package zaguan.gateway.catalog;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import zaguan.discovery.catalog.Instance;
import zaguan.discovery.catalog.Service;

/** The latest snapshot. Reading it is one volatile read; no reader ever waits. */
@Singleton
public final class Catalog {

  private final List<Consumer<Snapshot>> listeners = new CopyOnWriteArrayList<>();

  @GuardedBy("this")
  private Sources sources = Sources.NONE;

  private volatile Snapshot current = Snapshot.NOT_LOADED;
  private volatile boolean consulAway;

  /** The latest snapshot; {@link Snapshot#NOT_LOADED} until there is one. */
  public Snapshot current() {
    return current;
  }

  /** True while Consul does not answer; the snapshot is then the last known good one. */
  public boolean consulAway() {
    return consulAway;
  }

  /**
   * Calls the listener with the present snapshot and with each that follows, in order, on the
   * thread that publishes: it must be quick and must not throw.
   */
  public synchronized void onChange(Consumer<Snapshot> listener) {
    listeners.add(listener);
    listener.accept(current);
  }

  /**
   * Adds an instance that is known to be ready before Consul has found it healthy, until Consul
   * lists it or it is withdrawn; no effect if Consul lists it already. Any thread.
   */
  public synchronized void announce(Instance instance) {
    Sources before = sources;
    sources = before.announcing(instance);
    if (!sources.announced().equals(before.announced())) {
      tell();
    }
  }

  /** Whether an instance is known by an announcement only. */
  public synchronized boolean isAnnounced(Instance instance) {
    return sources.announced().contains(instance);
  }

  /** Takes an announced instance back; no effect once Consul lists it. Any thread. */
  public synchronized void withdraw(Instance instance) {
    if (isAnnounced(instance)) {
      sources = sources.withdrawing(instance);
      tell();
    }
  }

  /** What Consul lists now. */
  synchronized void publish(Snapshot snapshot) {
    sources = sources.listing(snapshot);
    tell();
  }

  /**
   * Gives the listeners the same snapshot again: what they make of it may have changed. Any thread.
   */
  synchronized void again() {
    tell();
  }

  /** From now on, lists a service without an instance while Consul does not list it. */
  synchronized void remember(Service service) {
    sources = sources.remembering(service);
    if (sources.shows(service)) {
      tell();
    }
  }

  synchronized void forget(String service) {
    Service remembered = sources.remembered().get(service);
    sources = sources.forgetting(service);
    if (remembered != null && sources.shows(remembered)) {
      tell();
    }
  }

  void consulAway(boolean away) {
    consulAway = away;
  }

  @GuardedBy("this")
  private void tell() {
    current = sources.snapshot();
    for (Consumer<Snapshot> listener : listeners) {
      listener.accept(current); // The latest, also if a listener has changed it.
    }
  }
}
