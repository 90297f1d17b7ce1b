package zaguan.system;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/** An instance in the test's own process, registered in Consul, that fails as it is told. */
final class OwnInstance implements AutoCloseable {

  private final Platform platform;
  private final String service;
  private final String id;
  private final int weight;
  private final HttpServer server;
  private final Semaphore workers;
  private final long workMillis;
  private final AtomicInteger underWay = new AtomicInteger();
  private final AtomicInteger asked = new AtomicInteger();
  private volatile int status = 200;
  private volatile long delayMillis;

  /**
   * @param workers how many requests it works on at once; the others wait
   * @param workMillis how long it works on each request
   */
  OwnInstance(
      Platform platform, String service, String id, int weight, int workers, long workMillis)
      throws Exception {
    this.platform = platform;
    this.service = service;
    this.id = id;
    this.weight = weight;
    this.workers = new Semaphore(workers, true);
    this.workMillis = workMillis;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::answer);
    server.start();
    registerWith("");
  }

  OwnInstance(Platform platform, String service, String id, int weight) throws Exception {
    this(platform, service, id, weight, 1_000_000, 0);
  }

  /**
   * Replaces the registration.
   *
   * @param more JSON fields of it, each after a comma
   */
  void registerWith(String more) throws Exception {
    platform
        .consul()
        .put(
            "/v1/agent/service/register?replace-existing-checks=true",
            """
            {"ID": "%s", "Name": "%s", "Address": "127.0.0.1", "Port": %d, "Tags": ["public"],
             "Weights": {"Passing": %d, "Warning": 1}%s}
            """
                .formatted(id, service, server.getAddress().getPort(), weight, more));
  }

  void answersWith(int newStatus) {
    status = newStatus;
  }

  void answersAfter(long millis) {
    delayMillis = millis;
  }

  /** Requests that have come and are not answered yet. */
  int underWay() {
    return underWay.get();
  }

  /** Requests that have come. */
  int asked() {
    return asked.get();
  }

  @Override
  public void close() throws IOException {
    try {
      platform.consul().deregister(id);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    asked.incrementAndGet();
    underWay.incrementAndGet();
    try (exchange) {
      workers.acquire();
      try {
        Thread.sleep(workMillis + delayMillis);
      } finally {
        workers.release();
      }
      byte[] body = id.getBytes(StandardCharsets.US_ASCII);
      exchange.getResponseHeaders().set("X-Instance", id);
      exchange.sendResponseHeaders(status, body.length);
      exchange.getResponseBody().write(body);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      underWay.decrementAndGet();
    }
  }
}
