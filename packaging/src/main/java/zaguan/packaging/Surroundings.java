package zaguan.packaging;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * What a service in training finds around it: a Consul that lists one service, {@code training},
 * and that service's only instance. Its answers never change, so it is for training and measuring,
 * not for tests.
 */
public final class Surroundings implements AutoCloseable {

  private static final int INDEX = 10;

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch closed = new CountDownLatch(1);

  /** Listens at any free port of loopback. */
  public Surroundings() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/v1/", this::consul);
    server.createContext("/", this::instance);
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
      case "/v1/catalog/services" -> "{\"consul\": [], \"training\": [\"public\"]}";
      case "/v1/health/state/any" -> "[" + check() + "]";
      case "/v1/health/service/training" ->
          """
          [{"Node": {"Node": "here", "Address": "127.0.0.1"},
            "Service": {"ID": "training-1", "Service": "training", "Address": "127.0.0.1",
              "Port": %d, "Tags": ["public"], "Meta": {"response-timeout": "15s"},
              "Weights": {"Passing": 1, "Warning": 1}},
            "Checks": [%s]}]
          """
              .formatted(server.getAddress().getPort(), check());
      default -> "[]";
    };
  }

  private static String check() {
    return """
    {"Node": "here", "CheckID": "c", "Status": "passing", "ServiceID": "training-1",
     "ServiceName": "training", "Definition": {"Interval": "1s"}, "ModifyIndex": 10}
    """;
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
