package zaguan.packaging;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * What a service in training finds around it: a Consul that lists one service, {@code training},
 * and that service's only instance. If the service calls others, Consul lists these as well, with
 * the same instance. Its answers never change, so it is for training and measuring, not for tests.
 */
public final class Surroundings implements AutoCloseable {

  private static final int INDEX = 10;

  private final List<Answer> answers;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch closed = new CountDownLatch(1);

  /** With no other service than {@code training}. Listens at any free port of loopback. */
  public Surroundings() throws IOException {
    this(List.of());
  }

  /**
   * @param answers what the services answer that the service in training calls
   */
  Surroundings(List<Answer> answers) throws IOException {
    this.answers = List.copyOf(answers);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  /** Host and port, the same for the Consul and for the instance. */
  public String address() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
    threads.shutdownNow();
  }

  private void handle(HttpExchange exchange) throws IOException {
    URI asked = exchange.getRequestURI();
    Optional<Answer> answer =
        answers.stream()
            .filter(each -> each.method().equals(exchange.getRequestMethod()))
            .filter(each -> each.path().equals(asked.toString()))
            .findFirst();
    if (answer.isPresent()) {
      say(exchange, answer.get());
    } else if (asked.getPath().startsWith("/v1/")) {
      consul(exchange);
    } else {
      instance(exchange);
    }
  }

  private static void say(HttpExchange exchange, Answer answer) throws IOException {
    try (exchange) {
      exchange.getRequestBody().readAllBytes();
      Content content = answer.content();
      byte[] body = content == null ? new byte[0] : content.body().getBytes(StandardCharsets.UTF_8);
      if (content != null) {
        exchange.getResponseHeaders().set("Content-Type", content.type());
      }
      exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private void consul(HttpExchange exchange) throws IOException {
    try (exchange) {
      URI asked = exchange.getRequestURI();
      if (asked.getQuery() != null && asked.getQuery().contains("index=" + INDEX)) {
        // A long poll: it asks for news, and there is none.
        closed.await(30, TimeUnit.SECONDS);
      }
      byte[] body = consulSays(asked.getPath()).getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.getResponseHeaders().set("X-Consul-Index", String.valueOf(INDEX));
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private String consulSays(String path) {
    return switch (path) {
      case "/v1/catalog/services" ->
          services().stream()
              .map(service -> "\"" + service + "\": [\"public\"]")
              .collect(Collectors.joining(", ", "{\"consul\": [], ", "}"));
      case "/v1/health/state/any" ->
          services().stream().map(Surroundings::check).collect(Collectors.joining(", ", "[", "]"));
      default -> {
        String service = path.substring(path.lastIndexOf('/') + 1);
        yield path.equals("/v1/health/service/" + service) && services().contains(service)
            ? "[" + registered(service) + "]"
            : "[]";
      }
    };
  }

  private SortedSet<String> services() {
    SortedSet<String> services = new TreeSet<>(List.of("training"));
    answers.forEach(answer -> services.add(answer.service()));
    return services;
  }

  private String registered(String service) {
    return """
    {"Node": {"Node": "here", "Address": "127.0.0.1"},
      "Service": {"ID": "%1$s-1", "Service": "%1$s", "Address": "127.0.0.1",
        "Port": %2$d, "Tags": ["public"], "Meta": {"response-timeout": "15s"},
        "Weights": {"Passing": 1, "Warning": 1}},
      "Checks": [%3$s]}
    """
        .formatted(service, server.getAddress().getPort(), check(service));
  }

  private static String check(String service) {
    return """
    {"Node": "here", "CheckID": "c-%1$s", "Status": "passing", "ServiceID": "%1$s-1",
     "ServiceName": "%1$s", "Definition": {"Interval": "1s"}, "ModifyIndex": 10}
    """
        .formatted(service);
  }

  /** /stream has a body of unknown length, /fails is 500, any other path says what it got. */
  private void instance(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] got = exchange.getRequestBody().readAllBytes();
      byte[] body = got.length > 0 ? got : "Hello".getBytes(StandardCharsets.UTF_8);
      String path = exchange.getRequestURI().getPath();
      exchange.getResponseHeaders().set("Content-Type", "text/plain");
      exchange.sendResponseHeaders(
          path.equals("/fails") ? 500 : 200, path.equals("/stream") ? 0 : body.length);
      try (OutputStream out = exchange.getResponseBody()) {
        out.write(body);
      }
    }
  }
}
