package zaguan.gateway.routing;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import zaguan.discovery.logging.Printable;

/** Where each path leads, as of one snapshot. Immutable. */
public final class RouteTable {

  /** The longest sentence about a problem; a meta can be longer. */
  private static final int LONGEST_PROBLEM = 500;

  /**
   * Where a path leads.
   *
   * @param rest what is asked of the service: the path without the prefix, as it came; begins with
   *     a slash
   */
  public record Match(Route route, String rest) {}

  /** Before Consul has answered. */
  static final RouteTable NOT_LOADED = new RouteTable(false, List.of(), List.of());

  private final boolean loaded;
  private final List<Route> routes;
  private final Map<String, Route> byPrefix;
  private final Map<String, Route> byService;

  /** Segments of the longest prefix: no more of a path need be looked at. */
  private final int depth;

  private final List<String> problems;

  /**
   * @param loaded whether Consul has answered
   * @param routes each with a prefix of its own
   */
  RouteTable(boolean loaded, List<Route> routes, List<String> problems) {
    this.loaded = loaded;
    this.routes = List.copyOf(routes);
    byPrefix = routes.stream().collect(Collectors.toUnmodifiableMap(Route::prefix, each -> each));
    byService =
        routes.stream()
            .collect(
                Collectors.toUnmodifiableMap(Route::service, each -> each, (one, other) -> one));
    depth =
        byPrefix.keySet().stream()
            .mapToInt(prefix -> (int) prefix.chars().filter(each -> each == '/').count())
            .max()
            .orElse(0);
    this.problems =
        problems.stream().map(each -> Printable.of(each, LONGEST_PROBLEM)).distinct().toList();
  }

  /**
   * False until Consul has answered for the first time: until then, a missing route means nothing.
   */
  public boolean loaded() {
    return loaded;
  }

  /** Ordered by prefix. */
  public List<Route> routes() {
    return routes;
  }

  /** The route of that service, or null if it has none. */
  @Nullable Route of(String service) {
    return byService.get(service);
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
