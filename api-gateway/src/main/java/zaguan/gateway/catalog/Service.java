package zaguan.gateway.catalog;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A service that is registered, or was and is remembered: it can be woken.
 *
 * @param tags those of all its instances together, unhealthy ones among them
 * @param instances the healthy ones, ordered by ID
 * @param meta while there is none: what one said that said which Nomad job it was of; else empty
 */
public record Service(
    String name, Set<String> tags, List<Instance> instances, Map<String, String> meta) {

  public Service {
    tags = Set.copyOf(tags);
    instances = List.copyOf(instances);
    meta = Map.copyOf(meta);
  }

  Service(String name, Set<String> tags, List<Instance> instances) {
    this(name, tags, instances, Map.of());
  }

  /** What each instance says of the service; what is remembered if there is none. */
  public List<Map<String, String>> metas() {
    return instances.isEmpty() ? List.of(meta) : instances.stream().map(Instance::meta).toList();
  }

  /** This, as Consul lists it, with what is remembered of it if it has no instance. */
  Service rememberedAs(Service before) {
    return instances.isEmpty() ? new Service(name, tags, instances, before.meta()) : this;
  }

  /** The same with these instances. */
  public Service with(List<Instance> others) {
    return new Service(name, tags, others, meta);
  }
}
