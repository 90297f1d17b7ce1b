package zaguan.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import zaguan.stack.Stack;

/** The stack's Consul agent: its HTTP API, and its process. */
final class Consul {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String HEALTH = "/v1/health/service/";

  private final Stack stack;
  private final URI api;

  Consul(Stack stack) {
    this.stack = stack;
    api = stack.endpoints().consul();
  }

  /** Host and port. */
  String address() {
    return api.getAuthority();
  }

  /** The number of instances whose checks pass, as Consul says. */
  int passing(String service) throws IOException, InterruptedException {
    return get(HEALTH + service + "?passing").size();
  }

  /** The number of instances, healthy or not. */
  int registered(String service) throws IOException, InterruptedException {
    return get(HEALTH + service).size();
  }

  /** The number of registered instances that say they are ready. */
  int ready(String service) throws IOException, InterruptedException {
    int ready = 0;
    for (URI instance : addresses(get(HEALTH + service))) {
      ready += Http.status(instance.resolve("/health/readiness")) == 200 ? 1 : 0;
    }
    return ready;
  }

  /** The addresses of the instances whose checks pass. */
  List<URI> addresses(String service) throws IOException, InterruptedException {
    return addresses(get(HEALTH + service + "?passing"));
  }

  private static List<URI> addresses(JsonNode entries) {
    List<URI> addresses = new ArrayList<>();
    for (JsonNode entry : entries) {
      addresses.add(
          URI.create("http://127.0.0.1:" + entry.path("Service").path("Port").asInt() + "/"));
    }
    return addresses;
  }

  /**
   * Registers an instance.
   *
   * @param instance as JSON
   */
  void register(String instance) throws IOException, InterruptedException {
    put("/v1/agent/service/register", instance);
  }

  /** Registers the only instance of a public service, at a port of this machine. */
  void register(String service, int port) throws IOException, InterruptedException {
    register(service, port, "");
  }

  /**
   * Registers the only instance of a public service, at a port of this machine.
   *
   * @param more JSON fields of the registration, each after a comma
   */
  void register(String service, int port, String more) throws IOException, InterruptedException {
    register(
        """
        {"Name": "%s", "Address": "127.0.0.1", "Port": %d, "Tags": ["public"]%s}
        """
            .formatted(service, port, more));
  }

  void deregister(String id) throws IOException, InterruptedException {
    put("/v1/agent/service/deregister/" + id, "");
  }

  JsonNode get(String path) throws IOException, InterruptedException {
    String body = send("GET", path, "");
    return body.isBlank() ? JSON.missingNode() : JSON.readTree(body);
  }

  void put(String path, String body) throws IOException, InterruptedException {
    send("PUT", path, body);
  }

  void delete(String path) throws IOException, InterruptedException {
    send("DELETE", path, "");
  }

  private String send(String method, String path, String body)
      throws IOException, InterruptedException {
    HttpResponse<String> response =
        Http.send(
            HttpRequest.newBuilder(api.resolve(path))
                .method(method, BodyPublishers.ofString(body))
                .timeout(Duration.ofSeconds(10))
                .build());
    if (response.statusCode() != 200) {
      throw new IOException("Consul: " + response.statusCode() + " " + response.body());
    }
    return response.body();
  }

  /** Consul's answer as text; empty if Consul has no such thing. */
  String text(String path) throws IOException, InterruptedException {
    HttpResponse<String> response = Http.get(api.resolve(path));
    return response.statusCode() == 200 ? response.body() : "";
  }

  /** How many requests Consul has answered since it started. */
  double requests() throws IOException, InterruptedException {
    return Http.get(api.resolve("/v1/agent/metrics?format=prometheus"))
        .body()
        .lines()
        .filter(line -> line.startsWith("consul_api_http_count{"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  void stop() {
    stack.stopConsul();
  }

  /** Ends it without a warning, as a crash does; returns when it has ended. */
  void kill() {
    ProcessHandle agent =
        stack.processes().stream()
            .filter(each -> each.info().commandLine().orElse("").contains("consul agent"))
            .findFirst()
            .orElseThrow();
    assertThat(agent.destroyForcibly()).isTrue();
    Eventually.is(agent::isAlive, false);
  }

  void start() {
    stack.startConsul();
  }
}
