package zaguan.gateway.call;

import java.util.function.Supplier;
import zaguan.gateway.routing.RouteTable;

/** Finds the service by the prefix of the path, which the instance gets without it. */
final class MatchRoute implements Call.Step {

  private final Supplier<RouteTable> routes;

  MatchRoute(Supplier<RouteTable> routes) {
    this.routes = routes;
  }

  @Override
  public Next take(Call call) {
    String uri = call.request().uri();
    String path = Requests.path(uri);
    if (Requests.hasDotSegments(path)) {
      return Next.end(new Outcome.BadPath());
    }
    RouteTable table = routes.get();
    RouteTable.Match match = table.match(path);
    if (match == null) {
      return Next.end(table.loaded() ? new Outcome.NoRoute(path) : new Outcome.NotLoaded());
    }
    call.matched(match);
    boolean query = path.length() < uri.length();
    call.request().setUri(query ? match.rest() + uri.substring(path.length()) : match.rest());
    return Next.ON;
  }
}
