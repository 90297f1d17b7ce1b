package zaguan.gateway.catalog;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import zaguan.discovery.catalog.Instance;
import zaguan.discovery.catalog.Service;

/**
 * What a snapshot is made of. Immutable: a change makes another.
 *
 * @param ofConsul what Consul lists
 * @param remembered services that are listed without an instance while Consul lists none, by name
 * @param announced instances that are known to be ready before Consul has found them healthy
 */
record Sources(Snapshot ofConsul, Map<String, Service> remembered, List<Instance> announced) {

  static final Sources NONE = new Sources(Snapshot.NOT_LOADED, Map.of(), List.of());

  Sources {
    remembered = Map.copyOf(remembered);
    announced = List.copyOf(announced);
  }

  /** What Consul lists now needs no announcement any more. */
  Sources listing(Snapshot snapshot) {
    List<Instance> others =
        announced.stream().filter(instance -> !isListed(snapshot, instance)).toList();
    return new Sources(snapshot, remembered, others);
  }

  Sources announcing(Instance instance) {
    if (announced.contains(instance) || isListed(ofConsul, instance)) {
      return this;
    }
    List<Instance> all = new ArrayList<>(announced);
    all.add(instance);
    return new Sources(ofConsul, remembered, all);
  }

  Sources withdrawing(Instance instance) {
    List<Instance> others = announced.stream().filter(each -> !each.equals(instance)).toList();
    return new Sources(ofConsul, remembered, others);
  }

  Sources remembering(Service service) {
    Map<String, Service> all = new HashMap<>(remembered);
    all.put(service.name(), service);
    return new Sources(ofConsul, all, announced);
  }

  Sources forgetting(String service) {
    Map<String, Service> others = new HashMap<>(remembered);
    others.remove(service);
    return new Sources(ofConsul, others, announced);
  }

  /** Whether the snapshot has something of what is remembered of a service. */
  boolean shows(Service before) {
    Service listed = ofConsul.service(before.name());
    return ofConsul.loaded() && (listed == null || !listed.rememberedAs(before).equals(listed));
  }

  /** The snapshot of all this. */
  Snapshot snapshot() {
    if (!ofConsul.loaded() || (announced.isEmpty() && remembered.isEmpty())) {
      return ofConsul;
    }
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
    return Snapshot.of(services, ofConsul.problems());
  }

  private static boolean isListed(Snapshot snapshot, Instance instance) {
    Service service = snapshot.service(instance.service());
    return service != null
        && service.instances().stream().anyMatch(each -> each.address().equals(instance.address()));
  }
}
