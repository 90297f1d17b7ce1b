package zaguan.discovery.client;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** An instance of a service, over real TCP, that does what the test tells it. */
final class FakeInstance implements AutoCloseable {

  /** What it does with a request. */
  enum Manner {
    ANSWERS,
    FAILS,
    BREAKS_OFF,
    STANDS_STILL
  }

  /** A request that it got. */
  record Got(String method, String target, Headers fields, String body) {}

  private final HttpServer server;
  private final String name;
  private final List<Got> got = new CopyOnWriteArrayList<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile Manner manner = Manner.ANSWERS;

  FakeInstance(String name) {
    this.name = name;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1000);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    server.createContext("/", this::answer);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
  }

  private void answer(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    got.add(
        new Got(
            exchange.getRequestMethod(),
            exchange.getRequestURI().toString(),
            exchange.getRequestHeaders(),
            body));
    switch (manner) {
      case ANSWERS -> respond(exchange, 200);
      case FAILS -> respond(exchange, 503);
      case BREAKS_OFF -> exchange.close();
      case STANDS_STILL -> {
        try {
          boolean _ = closed.await(1, TimeUnit.MINUTES);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
        exchange.close();
      }
    }
  }

  private void respond(HttpExchange exchange, int status) throws IOException {
    byte[] text = name.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "text/plain");
    exchange.sendResponseHeaders(status, text.length);
    exchange.getResponseBody().write(text);
    exchange.close();
  }

  FakeInstance that(Manner other) {
    manner = other;
    return this;
  }

  int port() {
    return server.getAddress().getPort();
  }

  List<Got> got() {
    return List.copyOf(got);
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
  }
}
