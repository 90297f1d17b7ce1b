package zaguan.discovery.catalog;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A service that is registered, or that was registered and is remembered, so that it can be woken.
 *
 * @param tags those of all its instances together, unhealthy ones among them
 * @param instances the healthy ones, ordered by ID
 * @param meta what is remembered of it, while it has no healthy instance; else empty
 * @param unasked the other instances, ordered by ID
 * @param since Consul's index when the first of its present public instances was registered; 0 if
 *     there is none
 * @param problems what is wrong with its instances, a sentence each, for people
 */
public record Service(
    String name,
    Set<String> tags,
    List<Instance> instances,
    Map<String, String> meta,
    List<Unasked> unasked,
    long since,
    List<String> problems) {

  public Service {
    tags = Set.copyOf(tags);
    instances = List.copyOf(instances);
    meta = Map.copyOf(meta);
    unasked = List.copyOf(unasked);
    problems = List.copyOf(problems);
  }

  /** A service of which no more than this is known. */
  public Service(
      String name, Set<String> tags, List<Instance> instances, Map<String, String> meta) {
    this(name, tags, instances, meta, List.of(), 0, List.of());
  }

  /** Whether it has the tag {@link Instance#PUBLIC}. */
  public boolean isPublic() {
    return tags.contains(Instance.PUBLIC);
  }

  /**
   * The healthy instances that speak for the service: of a public service those that are public
   * themselves, since another speaks only for itself; else all.
   */
  public List<Instance> speakers() {
    return isPublic() ? instances.stream().filter(Instance::isPublic).toList() : instances;
  }

  /** Whether a healthy instance speaks for the service. */
  public boolean isAwake() {
    return isPublic() ? hasPublicInstance() : !instances.isEmpty();
  }

  /**
   * What the instances that speak for the service say of it: the healthy ones; if none is healthy,
   * the others; if none is registered, what is remembered.
   */
  public List<Map<String, String>> metas() {
    if (isAwake()) {
      return speakers().stream().map(Instance::meta).toList();
    }
    List<Map<String, String>> others =
        unasked.stream().filter(each -> each.isPublic() || !isPublic()).map(Unasked::meta).toList();
    return others.isEmpty() ? List.of(meta) : others;
  }

  /**
   * This service, as Consul lists it, with what is remembered of it if none of those instances is
   * healthy that speak for it. Instances that are not public make no difference to what is
   * remembered of a public service.
   */
  public Service rememberedAs(Service before) {
    if (hasPublicInstance() || (!before.isPublic() && !instances.isEmpty())) {
      return this;
    }
    Set<String> all = new HashSet<>(tags);
    if (unasked.stream().noneMatch(Unasked::isPublic)) {
      all.addAll(before.tags());
    }
    return new Service(name, all, instances, before.meta(), unasked, since, problems);
  }

  /** This service as it is now, with the instances that it had before, too. */
  public Service besides(Service before) {
    Map<List<String>, Instance> all = new HashMap<>();
    before.instances().forEach(each -> all.put(List.of(each.node(), each.id()), each));
    instances.forEach(each -> all.put(List.of(each.node(), each.id()), each));
    return with(all.values().stream().sorted(Instance.ORDER).toList());
  }

  /** Whether a healthy instance is public. */
  public boolean hasPublicInstance() {
    return instances.stream().anyMatch(Instance::isPublic);
  }

  /** The same with these instances. */
  public Service with(List<Instance> others) {
    return new Service(name, tags, others, meta, unasked, since, problems);
  }
}
