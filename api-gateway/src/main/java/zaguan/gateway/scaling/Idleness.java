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

  Idleness(Routes routes) {
    this.routes = routes;
  }

  /** Milliseconds, by the services that say their job; 0 while a request is under way. */
  @Get
  Map<String, Long> millis() {
    Map<String, Long> idle = new HashMap<>();
    for (Route route : routes.current().routes()) {
      if (route.group() != null) {
        idle.put(route.service(), route.upstream().idle() / 1_000_000);
      }
    }
    return idle;
  }
}
