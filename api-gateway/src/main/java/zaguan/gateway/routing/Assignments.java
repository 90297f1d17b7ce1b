package zaguan.gateway.routing;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import zaguan.discovery.catalog.Instance;
import zaguan.discovery.catalog.Service;
import zaguan.discovery.logging.Printable;
import zaguan.gateway.catalog.HeldPrefixes;
import zaguan.gateway.catalog.JobGroup;
import zaguan.gateway.catalog.Snapshot;

/**
 * Which service has which prefix, as of one snapshot. It depends on its arguments only, and has no
 * effects.
 *
 * <p>A service is public by its tag {@code public}, and so is each instance: an instance without
 * the tag, such as a canary that is to be tried by hand first, is not asked.
 *
 * @param all ordered by prefix
 * @param problems what is wrong with registrations, a sentence each, for people
 */
record Assignments(List<Assignment> all, List<String> problems) {

  Assignments {
    all = List.copyOf(all);
    problems = List.copyOf(problems);
  }

  /**
   * @param departed the assignments of services that are not registered any more, and are not
   *     forgotten yet
   * @param incumbents the services that are known to have a prefix, by prefix; the first of them
   *     that still asks for it, or is remembered there, keeps it
   */
  static Assignments of(
      Snapshot snapshot,
      ServiceSettings defaults,
      Collection<Assignment> departed,
      Function<String, List<String>> incumbents) {
    List<String> problems = new ArrayList<>(snapshot.problems());
    Map<String, List<Service>> claims = claims(snapshot, incumbents, problems);
    Map<String, Map<String, Assignment>> left = new HashMap<>();
    for (Assignment gone : departed) {
      left.computeIfAbsent(gone.prefix(), each -> new LinkedHashMap<>()).put(gone.service(), gone);
    }
    Set<String> prefixes = new TreeSet<>(claims.keySet());
    prefixes.addAll(left.keySet());
    SortedMap<String, Assignment> byPrefix = new TreeMap<>();
    for (String prefix : prefixes) {
      List<Service> claimants = claims.getOrDefault(prefix, List.of());
      Map<String, Assignment> before = left.getOrDefault(prefix, Map.of());
      String holder = holder(claimants, before, incumbents.apply(prefix));
      Assignment gone = before.get(holder);
      for (Service service : claimants) {
        if (service.name().equals(holder)) {
          byPrefix.put(prefix, assignment(prefix, service, defaults, problems));
        } else {
          problems.add(refusal(service, prefix, holder, gone != null));
        }
      }
      if (gone != null) {
        byPrefix.put(prefix, Assignment.departed(prefix, gone.service(), gone.settings()));
      }
    }
    return new Assignments(List.copyOf(byPrefix.values()), problems);
  }

  /** The public services, by the prefixes that they ask for. */
  private static Map<String, List<Service>> claims(
      Snapshot snapshot, Function<String, List<String>> incumbents, List<String> problems) {
    Map<String, List<Service>> claims = new TreeMap<>();
    for (Service service : snapshot.services().values()) {
      if (service.tags().contains(Instance.PUBLIC)) {
        String prefix =
            Prefix.of(service, of -> incumbents.apply(of).contains(service.name()), problems);
        if (prefix != null) {
          claims.computeIfAbsent(prefix, each -> new ArrayList<>()).add(service);
        }
      }
    }
    return claims;
  }

  /** The service that has it keeps it. Else the service that was registered first gets it. */
  private static String holder(
      List<Service> claimants, Map<String, Assignment> departed, List<String> incumbents) {
    for (String incumbent : incumbents) {
      if (departed.containsKey(incumbent)
          || claimants.stream().anyMatch(service -> service.name().equals(incumbent))) {
        return incumbent;
      }
    }
    return claimants.stream()
        .min(Comparator.comparingLong(Assignments::since).thenComparing(Service::name))
        .map(Service::name)
        .orElseGet(() -> departed.keySet().iterator().next());
  }

  /** Services that are only remembered come after all that are registered. */
  private static long since(Service service) {
    return service.since() == 0 ? Long.MAX_VALUE : service.since();
  }

  private static String refusal(Service service, String prefix, String holder, boolean gone) {
    return Printable.name(service.name())
        + " is not served: "
        + prefix
        + " is the route of "
        + Printable.name(holder)
        + (gone
            ? ", which left Consul within the last hour. To free it now: consul kv delete "
                + HeldPrefixes.key(prefix)
            : "");
  }

  private static Assignment assignment(
      String prefix, Service service, ServiceSettings defaults, List<String> problems) {
    List<Instance> instances = service.instances().stream().filter(Instance::isPublic).toList();
    List<Map<String, String>> metas = service.metas();
    ServiceSettings settings = defaults.with(service.name(), metas, problems);
    return new Assignment(prefix, service.name(), instances, settings, JobGroup.of(metas));
  }
}
