package zaguan.system;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Says that it is a gateway and ready, takes each request, and closes without an answer. */
final class MuteGateway implements AutoCloseable {

  private static final String ID = "mute";

  private final Platform platform;
  private final HttpServer server;
  private final List<String> requests = new CopyOnWriteArrayList<>();

  MuteGateway(Platform platform) throws IOException {
    this.platform = platform;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::take);
    server.createContext("/-/health/readiness", MuteGateway::say);
    server.start();
  }

  void register() throws Exception {
    platform
        .consul()
        .register(
            """
            {"ID": "%s", "Name": "api-gateway", "Address": "127.0.0.1", "Port": %d}
            """
                .formatted(ID, server.getAddress().getPort()));
  }

  /** The methods of the requests that it took. */
  List<String> requests() {
    return requests;
  }

  private static void say(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.sendResponseHeaders(200, -1);
    }
  }

  private void take(HttpExchange exchange) {
    requests.add(exchange.getRequestMethod());
    exchange.close();
  }

  @Override
  public void close() throws IOException {
    server.stop(0);
    try {
      platform.consul().deregister(ID);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }
}
