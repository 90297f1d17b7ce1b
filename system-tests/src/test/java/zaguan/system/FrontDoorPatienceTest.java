package zaguan.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How long the front door waits: as long as a gateway does, by the settings of a service. */
@Timeout(300)
class FrontDoorPatienceTest {

  /** Longer than any timeout that the front door once had. */
  private static final Duration PAUSE = Duration.ofSeconds(100);

  private final Platform platform = Platform.shared();
  private HttpServer instance;

  @BeforeEach
  void register() throws Exception {
    platform.awaitRest();
    instance = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    instance.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    instance.createContext("/", FrontDoorPatienceTest::answer);
    instance.start();
    register(
        "patient",
        """
        "attempt-timeout": "5m", "response-timeout": "5m", "idle-timeout": "10m", "least-body-rate": "0"
        """);
    register(
        "hasty",
        """
        "idle-timeout": "5s"
        """);
  }

  @AfterEach
  void deregister() throws Exception {
    platform.consul().deregister("patient");
    platform.consul().deregister("hasty");
    instance.stop(0);
  }

  @Test
  void whatAServiceIsGivenTimeForHasItAndWhoStopsReadingIsLetGo() throws Exception {
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<String> late = clients.submit(() -> answerTo("GET /patient/late", ""));
      Future<String> paused = clients.submit(() -> answerTo("GET /patient/paused", ""));
      Future<String> uploaded =
          clients.submit(() -> answerTo("POST /patient/upload", "Content-Length: 10\r\n"));
      Future<Duration> stalled = clients.submit((Callable<Duration>) this::untilAStalledReaderGoes);
      assertThat(stalled.get(200, TimeUnit.SECONDS)).isLessThan(Duration.ofSeconds(5 + 60 + 10));
      assertThat(late.get(200, TimeUnit.SECONDS)).startsWith("HTTP/1.1 200 ").endsWith("late");
      assertThat(paused.get(200, TimeUnit.SECONDS)).startsWith("HTTP/1.1 200 ").endsWith("be");
      assertThat(uploaded.get(200, TimeUnit.SECONDS)).startsWith("HTTP/1.1 200 ").endsWith("10");
    }
  }

  private void register(String name, String meta) throws Exception {
    platform.consul().register(name, instance.getAddress().getPort(), ", \"Meta\": {" + meta + "}");
    Eventually.is(() -> platform.gateways().instancesOf(name), List.of(1, 1));
  }

  /** A body is sent half at once, half after the pause. */
  private String answerTo(String line, String fields) throws Exception {
    try (Socket socket = platform.frontDoor().connect()) {
      socket.setSoTimeout(200_000);
      OutputStream out = socket.getOutputStream();
      String head = line + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n" + fields + "\r\n";
      out.write(head.getBytes(StandardCharsets.US_ASCII));
      if (!fields.isEmpty()) {
        out.write("01234".getBytes(StandardCharsets.US_ASCII));
        Thread.sleep(PAUSE);
        out.write("56789".getBytes(StandardCharsets.US_ASCII));
      }
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }
  }

  /** How long the front door has held a request whose answer nobody read. */
  private Duration untilAStalledReaderGoes() throws Exception {
    String path = "/hasty/endless" + System.nanoTime();
    try (Socket socket = platform.frontDoor().connect()) {
      long start = System.nanoTime();
      socket
          .getOutputStream()
          .write(
              ("GET " + path + " HTTP/1.1\r\nHost: h\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
      String logged = path.replace("/", "\\/");
      Eventually.within(
          Duration.ofSeconds(150),
          () -> platform.nomad().run("alloc", "logs", "-job", "haproxy").contains(logged),
          true);
      return Duration.ofNanos(System.nanoTime() - start);
    }
  }

  private static void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      if (path.startsWith("/late")) {
        pause();
        send(exchange, "late");
      } else if (path.startsWith("/paused")) {
        exchange.sendResponseHeaders(200, 4);
        exchange.getResponseBody().write("to".getBytes(StandardCharsets.US_ASCII));
        exchange.getResponseBody().flush();
        pause();
        exchange.getResponseBody().write("be".getBytes(StandardCharsets.US_ASCII));
      } else if (path.startsWith("/upload")) {
        try (InputStream in = exchange.getRequestBody()) {
          send(exchange, String.valueOf(in.readAllBytes().length));
        }
      } else {
        endless(exchange);
      }
    }
  }

  private static void endless(HttpExchange exchange) throws IOException {
    exchange.sendResponseHeaders(200, 0);
    byte[] part = new byte[64 * 1024];
    try {
      while (true) {
        exchange.getResponseBody().write(part);
      }
    } catch (IOException letGo) {
      // By the gateway, as it should.
    }
  }

  private static void send(HttpExchange exchange, String text) throws IOException {
    byte[] body = text.getBytes(StandardCharsets.US_ASCII);
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
  }

  private static void pause() throws IOException {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }
}
