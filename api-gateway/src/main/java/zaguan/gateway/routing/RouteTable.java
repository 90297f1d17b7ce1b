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
import org.jspecify.annotations.Nullable;
import zaguan.gateway.balancing.Upstream;
import zaguan.gateway.catalog.Holders;
import zaguan.gateway.catalog.Instance;
import zaguan.gateway.catalog.JobGroup;
import zaguan.gateway.catalog.Service;
import zaguan.gateway.catalog.Snapshot;
import zaguan.gateway.logging.Printable;

/**
 * Every public service's prefix, as of one snapshot. Immutable.
 *
 * <p>A service is public by its tag {@code public}, and so is each instance: an instance without
 * the tag, such as a canary that is to be tried by hand first, is not asked.
 */
public final class RouteTable {

  /** No sentence is longer: a meta can be. */
  private static final int LONGEST_PROBLEM = 500;

  /**
   * Where a path leads.
   *
   * @param rest what is asked of the service: the path without the prefix, as it came; begins with
   *     a slash
   */
  public record Match(Route route, String rest) {}

  private final boolean loaded;
  private final List<Route> routes;
  private final Map<String, Route> byPrefix;

  /** Segments of the longest prefix: no more of a path need be looked at. */
  private final int depth;

  private final List<String> problems;

  private RouteTable(boolean loaded, SortedMap<String, Route> byPrefix, List<String> problems) {
    this.loaded = loaded;
    this.routes = List.copyOf(byPrefix.values());
    this.byPrefix = new HashMap<>(byPrefix);
    this.depth =
        byPrefix.keySet().stream()
            .mapToInt(prefix -> (int) prefix.chars().filter(each -> each == '/').count())
            .max()
            .orElse(0);
    this.problems =
        problems.stream().map(each -> Printable.of(each, LONGEST_PROBLEM)).distinct().toList();
  }

  /**
   * @param departed routes of services that are not registered any more, and are not forgotten yet
   * @param incumbents the services that have a prefix as far as is known; the first counts that
   *     wants it still, or is remembered there
   */
  static RouteTable of(
      Snapshot snapshot,
      ServiceSettings defaults,
      Upstreams upstreams,
      Collection<Route> departed,
      Function<String, List<String>> incumbents) {
    List<String> problems = new ArrayList<>(snapshot.problems());
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
    Map<String, Map<String, Route>> left = new HashMap<>();
    for (Route gone : departed) {
      left.computeIfAbsent(gone.prefix(), each -> new LinkedHashMap<>()).put(gone.service(), gone);
    }
    Set<String> prefixes = new TreeSet<>(claims.keySet());
    prefixes.addAll(left.keySet());
    SortedMap<String, Route> routes = new TreeMap<>();
    for (String prefix : prefixes) {
      List<Service> claimants = claims.getOrDefault(prefix, List.of());
      Map<String, Route> before = left.getOrDefault(prefix, Map.of());
      String holder = holder(claimants, before, incumbents.apply(prefix));
      Route gone = before.get(holder);
      for (Service service : claimants) {
        if (service.name().equals(holder)) {
          routes.put(prefix, route(prefix, service, defaults, upstreams, problems));
        } else {
          problems.add(refusal(service, prefix, holder, gone != null));
        }
      }
      if (gone != null) {
        routes.put(prefix, departed(gone, upstreams));
      }
    }
    return new RouteTable(snapshot.loaded(), routes, problems);
  }

  /** Who has it keeps it; of those that want it newly, the one that was registered first. */
  private static String holder(
      List<Service> claimants, Map<String, Route> departed, List<String> incumbents) {
    for (String incumbent : incumbents) {
      if (departed.containsKey(incumbent)
          || claimants.stream().anyMatch(service -> service.name().equals(incumbent))) {
        return incumbent;
      }
    }
    return claimants.stream()
        .min(Comparator.comparingLong(RouteTable::since).thenComparing(Service::name))
        .map(Service::name)
        .orElseGet(() -> departed.keySet().iterator().next());
  }

  /** What is only remembered comes after all that is registered. */
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
                + Holders.key(prefix)
            : "");
  }

  private static Route route(
      String prefix,
      Service service,
      ServiceSettings defaults,
      Upstreams upstreams,
      List<String> problems) {
    List<Instance> instances = service.instances().stream().filter(Instance::isPublic).toList();
    List<Map<String, String>> metas = service.metas();
    ServiceSettings settings = defaults.with(service.name(), metas, problems);
    Upstream upstream = upstreams.follow(service.name(), instances, settings);
    return new Route(prefix, service.name(), instances, settings, upstream, JobGroup.of(metas));
  }

  private static Route departed(Route gone, Upstreams upstreams) {
    Upstream upstream = upstreams.follow(gone.service(), List.of(), gone.settings());
    return new Route(gone.prefix(), gone.service(), List.of(), gone.settings(), upstream, null);
  }

  /** False until Consul has answered for the first time: no route says nothing then. */
  public boolean loaded() {
    return loaded;
  }

  /** By prefix. */
  public List<Route> routes() {
    return routes;
  }

  /** The service that has the prefix, or null if none has. */
  @Nullable String holder(String prefix) {
    Route route = byPrefix.get(prefix);
    return route == null ? null : route.service();
  }

  /** What is wrong with registrations, a sentence each, for people. */
  public List<String> problems() {
    return problems;
  }

  /**
   * The route whose prefix is the longest of those that begin the path.
   *
   * @param path as in the request line, not decoded, without the query
   */
  public @Nullable Match match(String path) {
    for (int end = end(path); end > 0; end = path.lastIndexOf('/', end - 1)) {
      Route route = byPrefix.get(path.substring(0, end));
      if (route != null) {
        return new Match(route, end == path.length() ? "/" : path.substring(end));
      }
    }
    return null;
  }

  /** Where the longest part of the path ends that could be a prefix. */
  private int end(String path) {
    int end = 0;
    for (int i = 0; i < depth && end < path.length(); i++) {
      int next = path.indexOf('/', end + 1);
      end = next < 0 ? path.length() : next;
    }
    return end;
  }
}
