package zaguan.gateway.scaling;

import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.Map;
import zaguan.gateway.routing.Route;
import zaguan.gateway.routing.Routes;

/**
 * For how long this gateway has had no request for each service, and has not been told of a call
 * past the gateways. Any thread.
 */
@Singleton
public final class Idleness {

  private final Routes routes;
  private final Wakers wakers;

  Idleness(Routes routes, Wakers wakers) {
    this.routes = routes;
    this.wakers = wakers;
  }

  /** Milliseconds, by service; 0 while a request is under way, or waits for an instance. */
  public Map<String, Long> millis() {
    Map<String, Long> idle = new HashMap<>();
    for (Route route : routes.all()) {
      idle.merge(route.service(), nanos(route) / 1_000_000, Math::min);
    }
    return idle;
  }

  /**
   * Somebody inside has called the service, past the gateways. A name that no service has here is
   * of no effect.
   */
  public void used(String service) {
    routes.all(service).forEach(route -> route.upstream().used());
  }

  long nanos(Route route) {
    return wakers.isAwaited(route) ? 0 : route.upstream().idle();
  }
}
