package zaguan.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import zaguan.gateway.catalog.Catalog;

/** How much, how long and how many. */
@Timeout(60)
class LimitsTest extends GatewayByItself {

  LimitsTest() throws IOException {}

  @Test
  void aBodyLongerThanTheServiceTakesIs413WhetherItsLengthIsSaidOrNot() throws Exception {
    try (ScriptedInstance upstream = new ScriptedInstance((in, out) -> in.readAllBytes())) {
      register(upstream.port(), Map.of("max-body", "10"));
      assertThat(
              raw(
                  lines(
                      "POST /up/ HTTP/1.1", "Host: h", "Connection: close", "Content-Length: 11")))
          .startsWith("HTTP/1.1 413 ")
          .contains("up takes bodies of up to 10 bytes");
      assertThat(upstream.heads()).isEmpty();
      assertThat(
              rawInParts(
                  lines("POST /up/ HTTP/1.1", "Host: h", "Transfer-Encoding: chunked"),
                  "8\r\n12345678\r\n",
                  "8\r\n12345678\r\n"))
          .startsWith("HTTP/1.1 413 ");
      assertThat(upstream.heads()).hasSize(1);
    }
  }

  @Test
  void aHeadLongerThanTheGatewayTakesIs431() throws Exception {
    String answer = raw(lines("GET /up/ HTTP/1.1", "Host: h", "X: " + "x".repeat(20_000)));
    assertThat(answer).startsWith("HTTP/1.1 431 ").contains("application/problem+json");
    assertThat(raw(lines("GET /up/" + "x".repeat(20_000) + " HTTP/1.1", "Host: h")))
        .startsWith("HTTP/1.1 431 ");
  }

  @Test
  void aHeadThatDoesNotEndIs408() throws Exception {
    long start = System.nanoTime();
    assertThat(raw("GET /up/ HTTP/1.1\r\nHost:")).startsWith("HTTP/1.1 408 ");
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isBetween(Duration.ofSeconds(9), Duration.ofSeconds(20));
  }

  /** Each of them has 10 s. */
  @Test
  void headsThatOverlapInWhatIsReadAreNotTooSlow() throws Exception {
    String head = lines("GET /nowhere HTTP/1.1", "Host: h");
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.getPort())) {
      socket.setSoTimeout(SILENCE);
      OutputStream out = socket.getOutputStream();
      ScriptedInstance.write(out, head.substring(0, 20));
      for (int i = 0; i < 24; i++) {
        Thread.sleep(500);
        ScriptedInstance.write(out, head.substring(20) + head.substring(0, 20));
      }
      ScriptedInstance.write(out, head.substring(20));
      socket.shutdownOutput();
      assertThat(text(socket.getInputStream()).split("HTTP/1.1 404 ", -1)).hasSize(26);
    }
  }

  @Test
  void aServiceMayHaveADeadlineOfItsOwn() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    try (ScriptedInstance upstream = new ScriptedInstance((in, out) -> awaitLatch(end))) {
      register(upstream.port(), Map.of("response-timeout", "100ms"));
      long start = System.nanoTime();
      assertProblem(get("/up/"), 504);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(900));
      assertThat(upstream.heads()).hasSize(1);
    } finally {
      end.countDown();
    }
  }

  @Test
  void moreRequestsThanAServiceBearsAre503AtOnce() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    ScriptedInstance.Script script =
        (in, out) -> {
          awaitLatch(go);
          ScriptedInstance.write(out, OK);
        };
    try (ScriptedInstance upstream = new ScriptedInstance(script)) {
      register(upstream.port(), Map.of("max-concurrency", "2"));
      List<CompletableFuture<HttpResponse<String>>> held = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        held.add(client.sendAsync(request("/up/").build(), BodyHandlers.ofString()));
        int sent = i + 1;
        await().until(() -> upstream.heads().size() == sent);
      }
      HttpResponse<String> shed = get("/up/");
      assertProblem(shed, 503);
      assertThat(shed.headers().firstValue("retry-after")).contains("1");
      assertThat(upstream.heads()).hasSize(2);
      go.countDown();
      for (CompletableFuture<HttpResponse<String>> each : held) {
        assertThat(each.get().statusCode()).isEqualTo(200);
      }
      assertThat(get("/up/").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void aBodyThatStandsStillIs408() throws Exception {
    try (ScriptedInstance upstream = new ScriptedInstance((in, out) -> in.readAllBytes())) {
      register(upstream.port(), Map.of("idle-timeout", "1s"));
      assertThat(raw(lines("POST /up/ HTTP/1.1", "Host: h", "Content-Length: 10") + "12345"))
          .startsWith("HTTP/1.1 408 ");
      assertThat(upstream.heads()).hasSize(1);
    }
  }

  @Test
  void aResponseThatStandsStillIsCutOff() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    ScriptedInstance.Script script =
        (in, out) -> {
          ScriptedInstance.write(out, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
          awaitLatch(end);
        };
    try (ScriptedInstance upstream = new ScriptedInstance(script)) {
      register(upstream.port(), Map.of("idle-timeout", "1s"));
      assertThat(raw(lines("GET /up/ HTTP/1.1", "Host: h"))).endsWith("half");
      assertThat(upstream.heads()).hasSize(1);
    } finally {
      end.countDown();
    }
  }

  private void register(int port, Map<String, String> meta) {
    consul.register("up-1", "up", port, meta);
    Catalog catalog = gateway.getApplicationContext().getBean(Catalog.class);
    await().until(() -> catalog.current().services().containsKey("up"));
  }
}
