package zaguan.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;

/** What the benchmark asks of the stack's Consul. */
final class Consul {

  private final HttpClient client = HttpClient.newHttpClient();
  private final ObjectMapper json = new ObjectMapper();
  private final URI agent;

  Consul(URI agent) {
    this.agent = agent;
  }

  URI agent() {
    return agent;
  }

  /** The ports on loopback of the healthy instances. */
  List<Integer> ports(String service) throws IOException, InterruptedException {
    List<Integer> ports = new ArrayList<>();
    for (JsonNode entry :
        json.readTree(send("GET", "/v1/health/service/" + service + "?passing", ""))) {
      ports.add(entry.path("Service").path("Port").asInt());
    }
    return ports;
  }

  void register(String service, String id, String address, int port)
      throws IOException, InterruptedException {
    send(
        "PUT",
        "/v1/agent/service/register",
        """
        {"ID": "%s", "Name": "%s", "Address": "%s", "Port": %d, "Tags": ["public"]}
        """
            .formatted(id, service, address, port));
  }

  void deregister(String id) throws IOException, InterruptedException {
    send("PUT", "/v1/agent/service/deregister/" + id, "");
  }

  int status(URI uri) throws InterruptedException {
    try {
      return client
          .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.discarding())
          .statusCode();
    } catch (IOException e) {
      return 0; // It does not listen yet.
    }
  }

  private String send(String method, String path, String body)
      throws IOException, InterruptedException {
    HttpResponse<String> response =
        client.send(
            HttpRequest.newBuilder(agent.resolve(path))
                .method(method, BodyPublishers.ofString(body))
                .build(),
            BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw new IOException("Consul: " + response.statusCode() + " " + response.body());
    }
    return response.body();
  }
}
