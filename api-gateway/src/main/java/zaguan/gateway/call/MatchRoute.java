package zaguan.gateway.call;

import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import zaguan.gateway.routing.Route;
import zaguan.gateway.routing.RouteTable;

/**
 * Finds the service by the prefix of the path, which the instance gets without it. A caller from
 * inside may call it by its name, too: {@code /-/services/NAME/…}, whatever its prefix, and public
 * or not.
 */
final class MatchRoute implements Call.Step {

  private static final String BY_NAME = "/-/services/";

  private final Supplier<RouteTable> routes;
  private final Function<String, @Nullable Route> named;

  /**
   * @param named the route to the service of a name; null if there is no such service
   */
  MatchRoute(Supplier<RouteTable> routes, Function<String, @Nullable Route> named) {
    this.routes = routes;
    this.named = named;
  }

  /** Whether the path calls a service by its name, which is not decoded, as prefixes are not. */
  static boolean isByName(String path) {
    return path.startsWith(BY_NAME)
        && path.length() > BY_NAME.length()
        && path.charAt(BY_NAME.length()) != '/';
  }

  @Override
  public Next take(Call call) {
    String path = Requests.path(call.request().uri());
    if (Requests.hasDotSegments(path)) {
      return Next.end(new Outcome.BadPath());
    }
    return isByName(path) ? byName(call, path) : byPrefix(call, path);
  }

  private Next byPrefix(Call call, String path) {
    RouteTable table = routes.get();
    RouteTable.Match match = table.match(path);
    if (match == null) {
      return Next.end(table.loaded() ? new Outcome.NoRoute(path) : new Outcome.NotLoaded());
    }
    return matched(call, path, match);
  }

  private Next byName(Call call, String path) {
    if (!call.client().trusted()) {
      return Next.end(new Outcome.NotTrusted(path));
    }
    int slash = path.indexOf('/', BY_NAME.length());
    int end = slash < 0 ? path.length() : slash;
    String name = path.substring(BY_NAME.length(), end);
    Route route = named.apply(name);
    if (route == null) {
      // Not 404: a caller would take it for the service's answer.
      boolean loaded = routes.get().loaded();
      return Next.end(loaded ? new Outcome.NoService(name) : new Outcome.NotLoaded());
    }
    String rest = slash < 0 ? "/" : path.substring(slash);
    return matched(call, path, new RouteTable.Match(route, rest));
  }

  private static Next matched(Call call, String path, RouteTable.Match match) {
    call.matched(match);
    String uri = call.request().uri();
    boolean query = path.length() < uri.length();
    call.request().setUri(query ? match.rest() + uri.substring(path.length()) : match.rest());
    return Next.ON;
  }
}
