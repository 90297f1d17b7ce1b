package zaguan.gateway.routing;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import zaguan.gateway.balancing.Upstream;
import zaguan.gateway.catalog.Instance;
import zaguan.gateway.catalog.Service;
import zaguan.gateway.catalog.Snapshot;

/**
 * Every public service's prefix, as of one snapshot. Immutable.
 *
 * <p>A service is public by its tag {@code public}, and so is each instance: an instance without
 * the tag, such as a canary that is to be tried by hand first, is not asked.
 */
public final class RouteTable {

  private static final String ROUTE = "route";

  /** Segments of unreserved characters (RFC 3986), none of them dots only. */
  private static final Pattern PREFIX = Pattern.compile("(/(?!\\.{1,2}(/|$))[A-Za-z0-9._~-]+)+");

  /** The gateway's own pages. */
  private static final String OWN = "/-";

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
    this.problems = List.copyOf(problems);
  }

  /**
   * @param departed routes of services that are not registered any more, and are not forgotten yet
   */
  static RouteTable of(
      Snapshot snapshot,
      ServiceSettings defaults,
      Upstreams upstreams,
      Collection<Route> departed) {
    SortedMap<String, Route> routes = new TreeMap<>();
    List<String> problems = new ArrayList<>();
    // By name: of two services that want one prefix, the first keeps it, whichever came first.
    for (Service service : snapshot.services().values()) {
      if (!service.tags().contains(Instance.PUBLIC)) {
        continue;
      }
      List<Instance> instances = service.instances().stream().filter(Instance::isPublic).toList();
      // What an instance without the tag says holds for itself alone.
      List<Map<String, String>> metas = service.with(instances).metas();
      String prefix = prefix(service.name(), metas, problems);
      Route taken = routes.get(prefix);
      if (taken == null) {
        ServiceSettings settings = defaults.with(service.name(), metas, problems);
        Upstream upstream = upstreams.follow(service.name(), instances, settings);
        JobGroup group = JobGroup.of(metas);
        routes.put(prefix, new Route(prefix, service.name(), instances, settings, upstream, group));
      } else {
        problems.add(
            service.name() + " is not served: " + prefix + " is the route of " + taken.service());
      }
    }
    for (Route gone : departed) {
      Upstream upstream = upstreams.follow(gone.service(), List.of(), gone.settings());
      routes.putIfAbsent(
          gone.prefix(),
          new Route(gone.prefix(), gone.service(), List.of(), gone.settings(), upstream, null));
    }
    return new RouteTable(snapshot.loaded(), routes, problems);
  }

  /** False until Consul has answered for the first time: no route says nothing then. */
  public boolean loaded() {
    return loaded;
  }

  /** By prefix. */
  public List<Route> routes() {
    return routes;
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

  private static String prefix(
      String name, List<Map<String, String>> metas, List<String> problems) {
    TreeSet<String> wanted = new TreeSet<>();
    for (Map<String, String> meta : metas) {
      String route = meta.get(ROUTE);
      if (route != null) {
        wanted.add(route);
      }
    }
    String own = "/" + name;
    if (wanted.isEmpty()) {
      return own;
    }
    String route = wanted.first();
    if (wanted.size() > 1) {
      problems.add(name + ": its instances disagree on route, " + wanted + "; it is " + route);
    }
    if (!PREFIX.matcher(route).matches() || route.equals(OWN) || route.startsWith(OWN + "/")) {
      problems.add(
          name
              + ": route=\""
              + route
              + "\" is no prefix; it must be like /orders or /shop/orders, and not "
              + OWN
              + ". It is served at "
              + own);
      return own;
    }
    return route;
  }
}
