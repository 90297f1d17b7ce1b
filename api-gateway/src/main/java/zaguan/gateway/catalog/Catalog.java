package zaguan.gateway.catalog;

import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** The latest snapshot. Reading it is one volatile read; no reader ever waits. */
@Singleton
public final class Catalog {

  private final List<Consumer<Snapshot>> listeners = new CopyOnWriteArrayList<>();
  private volatile Snapshot current = Snapshot.NOT_LOADED;
  private volatile boolean consulAway;

  /** The latest snapshot; {@link Snapshot#NOT_LOADED} until there is one. */
  public Snapshot current() {
    return current;
  }

  /** Whether Consul does not answer at present, so that the snapshot is the last known good. */
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

  synchronized void publish(Snapshot snapshot) {
    current = snapshot;
    listeners.forEach(listener -> listener.accept(snapshot));
  }

  void consulAway(boolean away) {
    consulAway = away;
  }
}
