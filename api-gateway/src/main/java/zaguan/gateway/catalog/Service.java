package zaguan.gateway.catalog;

import java.util.List;
import java.util.Set;

/**
 * A service that is registered.
 *
 * @param tags those of all its instances together, unhealthy ones among them
 * @param instances the healthy ones, ordered by ID
 */
public record Service(String name, Set<String> tags, List<Instance> instances) {

  public Service {
    tags = Set.copyOf(tags);
    instances = List.copyOf(instances);
  }
}
