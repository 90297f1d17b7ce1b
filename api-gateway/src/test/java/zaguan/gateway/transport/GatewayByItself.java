package zaguan.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import zaguan.discovery.FakeConsul;
import zaguan.gateway.catalog.Catalog;

/** A gateway by itself, with a Consul in memory and instances by the byte. */
abstract class GatewayByItself {

  static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  /** Milliseconds after which a connection that should have been closed is a failure. */
  static final int SILENCE = 20_000;

  final FakeConsul consul = new FakeConsul();
  final EmbeddedServer gateway;
  final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  GatewayByItself() throws IOException {
    gateway =
        ApplicationContext.run(
            EmbeddedServer.class,
            Map.of("discovery.consul.address", consul.address(), "gateway.response-timeout", "1s"),
            "test");
  }

  @AfterEach
  void close() {
    gateway.close();
    client.shutdownNow();
    consul.close();
  }

  final ScriptedInstance up(ScriptedInstance upstream) throws Exception {
    up(upstream.port());
    return upstream;
  }

  final void up(int port) throws Exception {
    consul.register("up-1", "up", port);
    Catalog catalog = gateway.getApplicationContext().getBean(Catalog.class);
    await().until(() -> catalog.current().services().containsKey("up"));
  }

  final HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return get(gateway, path);
  }

  final HttpResponse<String> get(EmbeddedServer server, String path)
      throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(URI.create(server.getURI() + path))
            .timeout(Duration.ofSeconds(20))
            .build(),
        BodyHandlers.ofString());
  }

  final HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(gateway.getURI() + path))
        .timeout(Duration.ofSeconds(30));
  }

  /** A head: each line with its end, and the empty one. */
  static String lines(String... lines) {
    return String.join("\r\n", lines) + "\r\n\r\n";
  }

  /** A second gateway with the same catalog. */
  final EmbeddedServer another(Map<String, Object> properties) {
    Map<String, Object> all = new HashMap<>(properties);
    all.put("discovery.consul.address", consul.address());
    return ApplicationContext.run(EmbeddedServer.class, all, "test");
  }

  final String raw(String request) throws IOException {
    return raw(gateway.getPort(), request);
  }

  static String raw(int port, String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(SILENCE);
      ScriptedInstance.write(socket.getOutputStream(), request);
      return text(socket.getInputStream());
    }
  }

  /** Each part is read by the gateway before the next is sent. */
  final String rawInParts(String... parts) throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.getPort())) {
      socket.setSoTimeout(SILENCE);
      socket.setTcpNoDelay(true);
      for (String part : parts) {
        ScriptedInstance.write(socket.getOutputStream(), part);
        Thread.sleep(50);
      }
      return text(socket.getInputStream());
    }
  }

  static String text(InputStream in) throws IOException {
    return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
  }

  static void awaitLatch(CountDownLatch latch) throws IOException {
    try {
      if (!latch.await(30, TimeUnit.SECONDS)) {
        throw new IOException("waited in vain");
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  static void assertProblem(HttpResponse<String> answer, int status) {
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.headers().firstValue("content-type")).contains("application/problem+json");
    assertThat(answer.body()).contains("\"status\":" + status).doesNotContain("Exception");
  }
}
