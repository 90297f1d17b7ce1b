package zaguan.gateway.call;

import io.netty.handler.codec.http.HttpRequest;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;
import zaguan.gateway.pages.Pages;
import zaguan.gateway.routing.RouteTable;
import zaguan.gateway.routing.Routes;
import zaguan.gateway.scaling.Wakers;

/** Makes a call of each request. Only on the event loop of its client. */
@Singleton
public final class Calls {

  private final Routes routes;
  private final Wakers wakers;
  private final Pages pages;

  Calls(Routes routes, Wakers wakers, Pages pages) {
    this.routes = routes;
    this.wakers = wakers;
    this.pages = pages;
  }

  /**
   * Matches the request with a service, or with a page of the gateway's own; answers it if there is
   * no service, or none that may be asked.
   *
   * @param uri the request's target, as a path with its query
   * @return null if it was answered
   */
  public ClientStream.@Nullable Listener of(ClientStream client, HttpRequest request, String uri) {
    String path = Requests.path(uri);
    if (pages.isOwn(path)) {
      return new PageCall(client, request, path, pages.at(path));
    }
    RouteTable table = routes.current();
    RouteTable.Match match = Requests.hasDotSegments(path) ? null : table.match(path);
    if (match != null) {
      return new Call(client, request, match, wakers);
    }
    client.answer(
        Requests.hasDotSegments(path)
            ? new Outcome.BadPath()
            : table.loaded() ? new Outcome.NoRoute(path) : new Outcome.NotLoaded());
    return null;
  }
}
