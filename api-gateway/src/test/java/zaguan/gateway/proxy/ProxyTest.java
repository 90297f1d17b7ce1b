package zaguan.gateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micronaut.context.ApplicationContext;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.client.annotation.Client;
import io.micronaut.runtime.server.EmbeddedServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import zaguan.gateway.FakeConsul;
import zaguan.gateway.catalog.Catalog;

/** The gateway by itself: what it does with requests, and what an instance gets of them. */
@Timeout(120)
class ProxyTest {

  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  /** Milliseconds after which a connection that should have been closed is a failure. */
  private static final int SILENCE = 10_000;

  private final FakeConsul consul = new FakeConsul();
  private final EmbeddedServer gateway;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /** A declarative client in the gateway. */
  @Client("up")
  interface UpClient {
    @Get("/declared")
    String declared();
  }

  ProxyTest() throws IOException {
    gateway =
        ApplicationContext.run(
            EmbeddedServer.class,
            Map.of("gateway.consul.address", consul.address(), "gateway.response-timeout", "1s"),
            "test");
  }

  @AfterEach
  void close() {
    gateway.close();
    client.shutdownNow();
    consul.close();
  }

  @Test
  void theInstanceGetsThePathWithoutThePrefixAndTheQueryAsItCame() throws Exception {
    try (Upstream upstream = up(Upstream.answering(OK))) {
      assertThat(get("/up/a%2Fb/c?x=%20y&z").body()).isEqualTo("ok");
      String head = upstream.heads().getFirst();
      assertThat(head).startsWith("GET /a%2Fb/c?x=%20y&z HTTP/1.1\r\n");
      assertThat(head.toLowerCase(Locale.ROOT))
          .contains("host: 127.0.0.1:" + upstream.port() + "\r\n")
          .contains("x-forwarded-prefix: /up\r\n")
          .contains("x-forwarded-for: 127.0.0.1\r\n")
          .contains("x-forwarded-host: 127.0.0.1:" + gateway.getPort() + "\r\n");
    }
  }

  @Test
  void fieldsOfOneConnectionArePassedOnInNeitherDirection() throws Exception {
    String response =
        lines(
                "HTTP/1.1 200 OK",
                "Content-Length: 2",
                "Connection: x-private",
                "X-Private: 1",
                "Keep-Alive: timeout=5",
                "X-Public: 1")
            + "ok";
    try (Upstream upstream = up(Upstream.answering(response))) {
      String answer =
          raw(
              lines(
                  "GET /up/ HTTP/1.1",
                  "Host: h",
                  "Connection: close, X-Hop",
                  "X-Hop: 1",
                  "Keep-Alive: 5",
                  "TE: trailers",
                  "X-End: 1"));
      assertThat(answer.toLowerCase(Locale.ROOT))
          .contains("x-public: 1")
          .doesNotContain("x-private")
          .doesNotContain("timeout=5");
      assertThat(upstream.heads().getFirst().toLowerCase(Locale.ROOT))
          .contains("x-end: 1")
          .doesNotContain("x-hop")
          .doesNotContain("keep-alive: 5")
          .doesNotContain("te: trailers");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/up/../x", "/up/%2e%2e/x", "/up/a/..", "/up/%2E./x", "/up/..%2fx"})
  void aPathThatWouldLeaveItsPrefixIs400AndIsNotPassedOn(String path) throws Exception {
    try (Upstream upstream = up(Upstream.answering(OK))) {
      String answer = raw("GET " + path + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
      assertThat(answer).startsWith("HTTP/1.1 400 ").contains("application/problem+json");
      assertThat(upstream.heads()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
  void everyMethodPassesWithItsBody(String method) throws Exception {
    Upstream.Script echo =
        (in, out) -> {
          byte[] body = in.readNBytes(5);
          Upstream.write(out, "HTTP/1.1 201 Created\r\nContent-Length: 5\r\n\r\n");
          out.write(body);
        };
    try (Upstream upstream = up(new Upstream(echo))) {
      HttpResponse<String> answer =
          client.send(
              request("/up/").method(method, BodyPublishers.ofString("12345")).build(),
              BodyHandlers.ofString());
      assertThat(answer.statusCode()).isEqualTo(201);
      assertThat(answer.body()).isEqualTo("12345");
      assertThat(upstream.heads().getFirst()).startsWith(method + " / HTTP/1.1\r\n");
    }
  }

  @Test
  void headIsAnsweredWithoutABody() throws Exception {
    try (Upstream upstream =
        up(Upstream.answering("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"))) {
      HttpResponse<String> answer =
          client.send(request("/up/").HEAD().build(), BodyHandlers.ofString());
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(upstream.heads().getFirst()).startsWith("HEAD / HTTP/1.1\r\n");
    }
  }

  @Test
  void anHttp10InstanceThatEndsItsBodyByClosingIsServed() throws Exception {
    try (Upstream upstream = up(Upstream.answering("HTTP/1.0 200 OK\r\n\r\nuntil the end"))) {
      assertThat(get("/up/").body()).isEqualTo("until the end");
      assertThat(upstream.heads()).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 404, 500, 503})
  void whateverStatusAnInstanceAnswersIsPassedOn(int status) throws Exception {
    try (Upstream upstream =
        up(
            Upstream.answering(
                "HTTP/1.1 " + status + " X\r\nLocation: /y\r\nContent-Length: 2\r\n\r\nok"))) {
      HttpResponse<String> answer = get("/up/");
      assertThat(answer.statusCode()).isEqualTo(status);
      assertThat(answer.body()).isEqualTo("ok");
      assertThat(upstream.heads()).hasSize(1);
    }
  }

  @Test
  void aResponseStreamsThePartsAsTheyCome() throws Exception {
    CountDownLatch more = new CountDownLatch(1);
    Upstream.Script script =
        (in, out) -> {
          Upstream.write(
              out,
              lines(
                      "HTTP/1.1 200 OK",
                      "Content-Type: text/event-stream",
                      "Transfer-Encoding: chunked")
                  + "9\r\ndata: 1\n\n\r\n");
          awaitLatch(more);
          Upstream.write(out, "9\r\ndata: 2\n\n\r\n0\r\n\r\n");
        };
    try (Upstream upstream = up(new Upstream(script))) {
      HttpResponse<Stream<String>> answer =
          client.send(request("/up/").build(), BodyHandlers.ofLines());
      Iterator<String> lines = answer.body().filter(line -> !line.isEmpty()).iterator();
      assertThat(lines.next()).isEqualTo("data: 1");
      // Only now does the instance write the second.
      more.countDown();
      assertThat(lines.next()).isEqualTo("data: 2");
      assertThat(lines.hasNext()).isFalse();
      assertThat(upstream.heads()).hasSize(1);
    }
  }

  @Test
  void aRequestBodyReachesTheInstanceBeforeItIsComplete() throws Exception {
    CountDownLatch seen = new CountDownLatch(1);
    Upstream.Script script =
        (in, out) -> {
          in.readNBytes(5);
          seen.countDown();
          in.readNBytes(5);
          Upstream.write(out, OK);
        };
    try (Upstream upstream = up(new Upstream(script));
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.getPort())) {
      socket.setSoTimeout(SILENCE);
      OutputStream out = socket.getOutputStream();
      Upstream.write(
          out,
          "POST /up/ HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 10\r\n\r\n12345");
      awaitLatch(seen);
      Upstream.write(out, "67890");
      assertThat(text(socket.getInputStream())).startsWith("HTTP/1.1 200 ").contains("ok");
      assertThat(upstream.heads()).hasSize(1);
    }
  }

  @Test
  void aLargeBodyGoesThroughBothWays() throws Exception {
    byte[] large = new byte[20_000_000];
    Upstream.Script echo =
        (in, out) -> {
          byte[] body = in.readNBytes(large.length);
          Upstream.write(out, "HTTP/1.1 200 OK\r\nContent-Length: " + body.length + "\r\n\r\n");
          out.write(body);
        };
    try (Upstream upstream = up(new Upstream(echo))) {
      HttpResponse<byte[]> answer =
          client.send(
              request("/up/").POST(BodyPublishers.ofByteArray(large)).build(),
              BodyHandlers.ofByteArray());
      assertThat(answer.body()).hasSize(large.length);
      assertThat(upstream.heads()).hasSize(1);
    }
  }

  @Test
  void anInstanceThatRefusesIs502() throws Exception {
    int closed;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      closed = socket.getLocalPort();
    }
    up(closed);
    assertProblem(get("/up/"), 502);
  }

  @Test
  void anInstanceThatBreaksOffBeforeItAnswersIs502() throws Exception {
    try (Upstream upstream = up(new Upstream((in, out) -> {}))) {
      assertProblem(get("/up/"), 502);
      assertThat(upstream.heads()).hasSize(1);
    }
  }

  @Test
  void anInstanceThatBreaksOffInItsBodyEndsTheClientsConnectionToo() throws Exception {
    try (Upstream upstream =
        up(Upstream.answering("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this"))) {
      assertThatThrownBy(() -> get("/up/")).isInstanceOf(IOException.class);
      assertThat(upstream.heads()).hasSize(1);
    }
  }

  @Test
  void anInstanceThatHangsIs504() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    try (Upstream upstream = up(new Upstream((in, out) -> awaitLatch(end)))) {
      assertProblem(get("/up/"), 504);
      assertThat(upstream.heads()).hasSize(1);
    } finally {
      end.countDown();
    }
  }

  @Test
  void anUnknownServiceIs404AndAKnownOneWithoutInstancesIs503() throws Exception {
    consul.register("asleep-1", "asleep", 1, Map.of(), "critical");
    await().untilAsserted(() -> assertThat(get("/asleep/").statusCode()).isEqualTo(503));
    HttpResponse<String> asleep = get("/asleep/");
    assertProblem(asleep, 503);
    assertThat(asleep.headers().firstValue("retry-after")).contains("1");
    assertProblem(get("/nobody/"), 404);
  }

  @Test
  void beforeConsulHasAnsweredEverythingIs503AndTheGatewayIsNotReady() throws Exception {
    consul.failing(true);
    try (EmbeddedServer early =
        ApplicationContext.run(
            EmbeddedServer.class, Map.of("gateway.consul.address", consul.address()), "test")) {
      HttpResponse<String> answer = get(early, "/up/");
      assertProblem(answer, 503);
      assertThat(answer.headers().firstValue("retry-after")).contains("1");
      assertThat(get(early, "/-/health/readiness").statusCode()).isEqualTo(503);
      assertThat(get(early, "/-/health/liveness").statusCode()).isEqualTo(200);
      consul.failing(false);
      await()
          .untilAsserted(
              () -> assertThat(get(early, "/-/health/readiness").statusCode()).isEqualTo(200));
      consul.failing(true);
      await().until(() -> early.getApplicationContext().getBean(Catalog.class).consulAway());
      assertThat(get(early, "/-/health/readiness").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void aDeclarativeClientUsesTheCatalogAndNoRequestAsksConsul() throws Exception {
    try (Upstream upstream = up(Upstream.answering(OK))) {
      assertThat(get("/up/").statusCode()).isEqualTo(200);
      UpClient declarative = gateway.getApplicationContext().getBean(UpClient.class);
      int before = consul.requests();
      for (int i = 0; i < 100; i++) {
        assertThat(declarative.declared()).isEqualTo("ok");
        assertThat(get("/up/").statusCode()).isEqualTo(200);
      }
      assertThat(upstream.heads()).anyMatch(head -> head.startsWith("GET /declared "));
      // At the most the two long polls came to their time, and one reading.
      assertThat(consul.requests() - before).isLessThan(10);
    }
  }

  @Test
  void theListingIsJsonForProgramsAndAPageForBrowsers() throws Exception {
    consul.register("odd-1", "odd", 7, Map.of("route", "<script>"));
    try (Upstream upstream = up(Upstream.answering(OK))) {
      HttpResponse<String> json = get("/");
      assertThat(json.headers().firstValue("content-type").orElseThrow())
          .startsWith("application/json");
      assertThat(json.body())
          .contains("\"prefix\":\"/up/\"")
          .contains("127.0.0.1:" + upstream.port())
          .contains("is no prefix");
      HttpResponse<String> page =
          client.send(
              request("/").header("Accept", "text/html,*/*;q=0.8").build(),
              BodyHandlers.ofString());
      assertThat(page.headers().firstValue("content-type").orElseThrow()).startsWith("text/html");
      assertThat(page.body())
          .contains("<a href=\"/up/\">")
          .contains("&lt;script&gt;")
          .doesNotContain("<script>");
    }
  }

  @Test
  void theGatewaysOwnErrorsAreProblemsToo() throws Exception {
    assertProblem(get("/-/nothing"), 404);
    assertProblem(
        client.send(
            request("/").POST(BodyPublishers.ofString("x")).build(), BodyHandlers.ofString()),
        405);
  }

  private Upstream up(Upstream upstream) throws Exception {
    up(upstream.port());
    return upstream;
  }

  private void up(int port) throws Exception {
    consul.register("up-1", "up", port);
    Catalog catalog = gateway.getApplicationContext().getBean(Catalog.class);
    await().until(() -> catalog.current().services().containsKey("up"));
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return get(gateway, path);
  }

  private HttpResponse<String> get(EmbeddedServer server, String path)
      throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(URI.create(server.getURI() + path))
            .timeout(Duration.ofSeconds(20))
            .build(),
        BodyHandlers.ofString());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(gateway.getURI() + path))
        .timeout(Duration.ofSeconds(30));
  }

  /** A head: each line with its end, and the empty one. */
  private static String lines(String... lines) {
    return String.join("\r\n", lines) + "\r\n\r\n";
  }

  private String raw(String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.getPort())) {
      socket.setSoTimeout(SILENCE);
      Upstream.write(socket.getOutputStream(), request);
      return text(socket.getInputStream());
    }
  }

  private static String text(InputStream in) throws IOException {
    return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
  }

  private static void awaitLatch(CountDownLatch latch) throws IOException {
    try {
      if (!latch.await(30, TimeUnit.SECONDS)) {
        throw new IOException("waited in vain");
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private static void assertProblem(HttpResponse<String> answer, int status) {
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.headers().firstValue("content-type")).contains("application/problem+json");
    assertThat(answer.body()).contains("\"status\":" + status).doesNotContain("Exception");
  }
}
