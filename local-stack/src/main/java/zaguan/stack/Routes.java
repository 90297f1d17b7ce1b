package zaguan.stack;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.util.Optional;

/** What the gateways serve, as their own page says. */
record Routes(Endpoints endpoints) {

  /** Where the front door serves a service; empty if no gateway does. */
  Optional<URI> of(String service) {
    for (JsonNode route : Http.get(endpoints.frontDoor().resolve("/")).path("routes")) {
      if (route.path("service").asText().equals(service)) {
        String prefix = route.path("prefix").asText();
        return Optional.of(
            endpoints.frontDoor().resolve(prefix.endsWith("/") ? prefix : prefix + "/"));
      }
    }
    return Optional.empty();
  }

  /** Whether a request through the front door reaches a gateway that knows its routes. */
  boolean areKnown() {
    return Http.get(endpoints.frontDoor().resolve("/")).path("loaded").asBoolean();
  }
}
