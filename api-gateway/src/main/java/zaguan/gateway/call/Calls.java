package zaguan.gateway.call;

import io.netty.handler.codec.http.HttpRequest;
import jakarta.inject.Singleton;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import zaguan.gateway.balancing.Upstream;
import zaguan.gateway.catalog.Instance;
import zaguan.gateway.routing.Route;
import zaguan.gateway.routing.RouteTable;
import zaguan.gateway.routing.Routes;
import zaguan.gateway.routing.ServiceSettings;
import zaguan.gateway.scaling.Wakers;
import zaguan.gateway.settings.TimeAndChance;

/** Makes a call of each request. Only on the event loop of its client. */
@Singleton
public final class Calls {

  private static final String ITSELF = "api-gateway";

  private final Routes routes;
  private final Wakers wakers;
  private final ServiceSettings defaults;
  private final LongSupplier clock;

  Calls(Routes routes, Wakers wakers, ServiceSettings defaults, TimeAndChance timeAndChance) {
    this.routes = routes;
    this.wakers = wakers;
    this.defaults = defaults;
    clock = timeAndChance.nanoTime();
  }

  /**
   * Matches the request with a service; answers it if there is none, or none that may be asked.
   *
   * @param uri the request's target, as a path with its query
   * @return null if it was answered
   */
  public ClientStream.@Nullable Listener of(ClientStream client, HttpRequest request, String uri) {
    String path = Requests.path(uri);
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

  /**
   * A request for the gateway itself, where Micronaut does not reach: on a stream of HTTP/2. The
   * gateway is a service of its own then, with this one instance.
   *
   * @param address where the gateway listens
   */
  public ClientStream.Listener toItself(
      ClientStream client, HttpRequest request, String uri, InetSocketAddress address) {
    Instance instance =
        new Instance(
            "itself",
            ITSELF,
            "",
            address.getAddress().getHostAddress(),
            address.getPort(),
            1,
            List.of(),
            Map.of());
    Upstream upstream = new Upstream(ITSELF, defaults.maxConcurrency(), clock, bound -> 0);
    upstream.follow(List.of(instance), 0);
    Route route = new Route("", ITSELF, List.of(instance), defaults, upstream, null);
    return new Call(client, request, new RouteTable.Match(route, Requests.path(uri)), wakers);
  }
}
