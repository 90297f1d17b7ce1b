package zaguan.gateway.catalog;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import zaguan.discovery.catalog.Service;

/**
 * All that was registered at one moment. Immutable: a change is another snapshot.
 *
 * @param loaded false only until Consul has answered for the first time
 * @param services by name
 * @param problems what is wrong with registrations, a sentence each, for people
 */
public record Snapshot(boolean loaded, SortedMap<String, Service> services, List<String> problems) {

  /** Before Consul has answered. */
  public static final Snapshot NOT_LOADED = new Snapshot(false, new TreeMap<>());

  public Snapshot {
    services = Collections.unmodifiableSortedMap(new TreeMap<>(services));
    problems = List.copyOf(problems);
  }

  /** Without a problem. */
  public Snapshot(boolean loaded, SortedMap<String, Service> services) {
    this(loaded, services, List.of());
  }

  static Snapshot of(Map<String, Service> services) {
    return of(services, List.of());
  }

  static Snapshot of(Map<String, Service> services, List<String> problems) {
    return new Snapshot(true, new TreeMap<>(services), problems);
  }

  /** Whether a healthy instance of the service of that name is public. */
  public boolean hasPublicInstance(String name) {
    Service service = service(name);
    return service != null && service.hasPublicInstance();
  }

  /** Whether a healthy instance speaks for the service of that name. */
  public boolean isAwake(String name) {
    Service service = service(name);
    return service != null && service.isAwake();
  }

  /** The service of that name, or null if none is registered. */
  public @Nullable Service service(String name) {
    return services.get(name);
  }
}
