package zaguan.gateway.catalog;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** All services' names and tags, as Consul listed them last. One thread writes, any reads. */
final class ListedNames {

  /**
   * What differs from the list before.
   *
   * @param services that are new, or whose tags differ
   * @param fewer whether some are gone
   */
  record Changed(Set<String> services, boolean fewer) {}

  private volatile Map<String, List<String>> current = Map.of();
  private volatile boolean loaded;

  /**
   * Takes the next list.
   *
   * @param fromNothing whether it cannot be compared with the one before
   */
  Changed next(Map<String, List<String>> names, boolean fromNothing) {
    Map<String, List<String>> before = current;
    Set<String> changed = new HashSet<>();
    names.forEach(
        (name, tags) -> {
          if (fromNothing || !tags.equals(before.get(name))) {
            changed.add(name);
          }
        });
    current = names;
    loaded = true;
    return new Changed(changed, !names.keySet().containsAll(before.keySet()));
  }

  /** Whether there is a list. */
  boolean loaded() {
    return loaded;
  }

  /** Tags by names. */
  Map<String, List<String>> current() {
    return current;
  }
}
