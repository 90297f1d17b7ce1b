package zaguan.system;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** The gateways themselves, past the front door. */
final class Gateways {

  private final Consul consul;

  Gateways(Consul consul) {
    this.consul = consul;
  }

  /** The addresses of the gateways whose checks pass. */
  List<URI> addresses() throws IOException, InterruptedException {
    return consul.addresses("api-gateway");
  }

  /** How many instances each gateway would send to; one number a gateway, -1 if it is gone. */
  List<Integer> instancesOf(String service) throws IOException, InterruptedException {
    List<Integer> counts = new ArrayList<>();
    for (URI gateway : addresses()) {
      counts.add(instancesOf(service, gateway));
    }
    return counts;
  }

  private static int instancesOf(String service, URI gateway)
      throws IOException, InterruptedException {
    try {
      for (JsonNode route : Http.json(gateway).path("routes")) {
        if (route.path("service").asText().equals(service)) {
          return route.path("instances").size();
        }
      }
      return 0;
    } catch (ConnectException killed) {
      return -1;
    }
  }
}
