package zaguan.gateway.catalog;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All that was registered at one moment. Immutable: a change is another snapshot.
 *
 * @param loaded false only until Consul has answered for the first time
 * @param services by name
 */
public record Snapshot(boolean loaded, SortedMap<String, Service> services) {

  /** Before Consul has answered. */
  public static final Snapshot NOT_LOADED = new Snapshot(false, new TreeMap<>());

  public Snapshot {
    services = Collections.unmodifiableSortedMap(new TreeMap<>(services));
  }

  static Snapshot of(Map<String, Service> services) {
    return new Snapshot(true, new TreeMap<>(services));
  }

  /** The service of that name, or null if none is registered. */
  public @Nullable Service service(String name) {
    return services.get(name);
  }
}
