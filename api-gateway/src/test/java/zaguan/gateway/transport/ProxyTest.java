package zaguan.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.http.annotation.Get;
import io.micronaut.http.client.annotation.Client;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an instance gets of a request, and what the client gets of the response. */
@Timeout(120)
class ProxyTest extends GatewayByItself {

  ProxyTest() throws IOException {}

  /** A declarative client in the gateway. */
  @Client("up")
  interface UpClient {
    @Get("/declared")
    String declared();
  }

  @Test
  void theInstanceGetsThePathWithoutThePrefixAndTheQueryAsItCame() throws Exception {
    try (ScriptedInstance upstream = up(ScriptedInstance.answering(OK))) {
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
    try (ScriptedInstance upstream = up(ScriptedInstance.answering(response))) {
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
    try (ScriptedInstance upstream = up(ScriptedInstance.answering(OK))) {
      String answer = raw("GET " + path + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
      assertThat(answer).startsWith("HTTP/1.1 400 ").contains("application/problem+json");
      assertThat(upstream.heads()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
  void everyMethodPassesWithItsBody(String method) throws Exception {
    ScriptedInstance.Script echo =
        (in, out) -> {
          byte[] body = in.readNBytes(5);
          ScriptedInstance.write(out, "HTTP/1.1 201 Created\r\nContent-Length: 5\r\n\r\n");
          out.write(body);
        };
    try (ScriptedInstance upstream = up(new ScriptedInstance(echo))) {
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
  void anInstanceThatKnowsNoExpectGetsTheBodyAllTheSame() throws Exception {
    ScriptedInstance.Script script =
        (in, out) -> {
          in.readNBytes(5);
          ScriptedInstance.write(out, OK);
        };
    try (ScriptedInstance upstream = up(new ScriptedInstance(script))) {
      HttpResponse<String> answer =
          client.send(
              request("/up/").expectContinue(true).PUT(BodyPublishers.ofString("12345")).build(),
              BodyHandlers.ofString());
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(upstream.heads().getFirst().toLowerCase(Locale.ROOT))
          .contains("expect: 100-continue\r\n");
    }
  }

  @Test
  void aRequestWithoutHostIsForwardedWithoutOne() throws Exception {
    try (ScriptedInstance upstream = up(ScriptedInstance.answering(OK))) {
      raw(lines("GET /up/ HTTP/1.0"));
      assertThat(upstream.heads().getFirst().toLowerCase(Locale.ROOT))
          .contains("x-forwarded-for: 127.0.0.1")
          .doesNotContain("x-forwarded-host");
    }
  }

  @Test
  void headIsAnsweredWithoutABody() throws Exception {
    try (ScriptedInstance upstream =
        up(ScriptedInstance.answering("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"))) {
      HttpResponse<String> answer =
          client.send(request("/up/").HEAD().build(), BodyHandlers.ofString());
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(upstream.heads().getFirst()).startsWith("HEAD / HTTP/1.1\r\n");
    }
  }

  @Test
  void anHttp10InstanceThatEndsItsBodyByClosingIsServed() throws Exception {
    try (ScriptedInstance upstream =
        up(ScriptedInstance.answering("HTTP/1.0 200 OK\r\n\r\nuntil the end"))) {
      assertThat(get("/up/").body()).isEqualTo("until the end");
      assertThat(upstream.heads()).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 404, 500, 503})
  void whateverStatusAnInstanceAnswersIsPassedOn(int status) throws Exception {
    try (ScriptedInstance upstream =
        up(
            ScriptedInstance.answering(
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
    ScriptedInstance.Script script =
        (in, out) -> {
          ScriptedInstance.write(
              out,
              lines(
                      "HTTP/1.1 200 OK",
                      "Content-Type: text/event-stream",
                      "Transfer-Encoding: chunked")
                  + "9\r\ndata: 1\n\n\r\n");
          awaitLatch(more);
          ScriptedInstance.write(out, "9\r\ndata: 2\n\n\r\n0\r\n\r\n");
        };
    try (ScriptedInstance upstream = up(new ScriptedInstance(script))) {
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
    ScriptedInstance.Script script =
        (in, out) -> {
          in.readNBytes(5);
          seen.countDown();
          in.readNBytes(5);
          ScriptedInstance.write(out, OK);
        };
    try (ScriptedInstance upstream = up(new ScriptedInstance(script));
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.getPort())) {
      socket.setSoTimeout(SILENCE);
      OutputStream out = socket.getOutputStream();
      ScriptedInstance.write(
          out,
          "POST /up/ HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 10\r\n\r\n12345");
      awaitLatch(seen);
      ScriptedInstance.write(out, "67890");
      assertThat(text(socket.getInputStream())).startsWith("HTTP/1.1 200 ").contains("ok");
      assertThat(upstream.heads()).hasSize(1);
    }
  }

  @Test
  void aLargeBodyGoesThroughBothWays() throws Exception {
    byte[] large = new byte[20_000_000];
    ScriptedInstance.Script echo =
        (in, out) -> {
          byte[] body = in.readNBytes(large.length);
          ScriptedInstance.write(
              out, "HTTP/1.1 200 OK\r\nContent-Length: " + body.length + "\r\n\r\n");
          out.write(body);
        };
    try (ScriptedInstance upstream = up(new ScriptedInstance(echo))) {
      HttpResponse<byte[]> answer =
          client.send(
              request("/up/").POST(BodyPublishers.ofByteArray(large)).build(),
              BodyHandlers.ofByteArray());
      assertThat(answer.body()).hasSize(large.length);
      assertThat(upstream.heads()).hasSize(1);
    }
  }

  @Test
  void aDeclarativeClientUsesTheCatalogAndNoRequestAsksConsul() throws Exception {
    try (ScriptedInstance upstream =
        up(new ScriptedInstance((in, out) -> ScriptedInstance.write(out, OK), true))) {
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
    try (ScriptedInstance upstream = up(ScriptedInstance.answering(OK))) {
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
}
