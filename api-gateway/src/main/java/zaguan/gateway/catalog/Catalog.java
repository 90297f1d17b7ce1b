package zaguan.gateway.catalog;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** The latest snapshot. Reading it is one volatile read; no reader ever waits. */
@Singleton
public final class Catalog {

  private final List<Consumer<Snapshot>> listeners = new CopyOnWriteArrayList<>();

  @GuardedBy("this")
  private final Map<String, Service> remembered = new HashMap<>();

  @GuardedBy("this")
  private final List<Instance> announced = new ArrayList<>();

  @GuardedBy("this")
  private Snapshot ofConsul = Snapshot.NOT_LOADED;

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

  /**
   * Adds an instance that is known to be ready before Consul has found it healthy, until Consul
   * lists it or it is withdrawn; no effect if Consul does already. Any thread.
   */
  public synchronized void announce(Instance instance) {
    if (!isListed(ofConsul, instance) && !announced.contains(instance)) {
      announced.add(instance);
      tell();
    }
  }

  /** Whether an instance is known by an announcement only. */
  public synchronized boolean isAnnounced(Instance instance) {
    return announced.contains(instance);
  }

  /** Takes an announced instance back; no effect once Consul lists it. Any thread. */
  public synchronized void withdraw(Instance instance) {
    if (announced.remove(instance)) {
      tell();
    }
  }

  synchronized void publish(Snapshot snapshot) {
    ofConsul = snapshot;
    announced.removeIf(instance -> isListed(snapshot, instance));
    tell();
  }

  /** Tells the listeners the same once more: what they make of it may have changed. Any thread. */
  synchronized void again() {
    tell();
  }

  /** Lists a service from now on, without an instance, while Consul does not. */
  synchronized void remember(Service service) {
    remembered.put(service.name(), service);
    if (ofConsul.loaded() && !ofConsul.hasPublicInstance(service.name())) {
      tell();
    }
  }

  synchronized void forget(String name) {
    if (remembered.remove(name) != null && !ofConsul.hasPublicInstance(name)) {
      tell();
    }
  }

  void consulAway(boolean away) {
    consulAway = away;
  }

  private static boolean isListed(Snapshot snapshot, Instance instance) {
    Service service = snapshot.service(instance.service());
    return service != null
        && service.instances().stream().anyMatch(each -> each.address().equals(instance.address()));
  }

  @GuardedBy("this")
  private void tell() {
    Snapshot next = ofConsul;
    if (ofConsul.loaded() && !(announced.isEmpty() && remembered.isEmpty())) {
      Map<String, Service> services = new HashMap<>(ofConsul.services());
      for (Service service : remembered.values()) {
        services.merge(service.name(), service, Service::rememberedAs);
      }
      for (Instance instance : announced) {
        services.computeIfPresent(
            instance.service(),
            (name, service) -> {
              List<Instance> all = new ArrayList<>(service.instances());
              all.add(instance);
              return service.with(all);
            });
      }
      next = Snapshot.of(services, ofConsul.problems());
    }
    current = next;
    for (Consumer<Snapshot> listener : listeners) {
      listener.accept(next);
    }
  }
}
