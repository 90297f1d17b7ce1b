package zaguan.gateway.scaling;

import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import java.util.HashMap;
import java.util.Map;
import zaguan.gateway.routing.Route;
import zaguan.gateway.routing.Routes;

/** What a gateway tells the others: for how long it has had no request for each service. */
@Controller("/-/idle")
class Idleness {

  static final String PATH = "/-/idle";

  private final Routes routes;
  private final Wakers waker;

  Idleness(Routes routes, Wakers waker) {
    this.routes = routes;
    this.waker = waker;
  }

  /** Milliseconds, by service; 0 while a request is under way, or waits for an instance. */
  @Get
  Map<String, Long> millis() {
    Map<String, Long> idle = new HashMap<>();
    for (Route route : routes.current().routes()) {
      idle.put(route.service(), nanos(route, waker) / 1_000_000);
    }
    return idle;
  }

  static long nanos(Route route, Wakers waker) {
    return waker.isAwaited(route) ? 0 : route.upstream().idle();
  }
}
