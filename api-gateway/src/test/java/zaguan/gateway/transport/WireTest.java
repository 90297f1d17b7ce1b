package zaguan.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micronaut.runtime.server.EmbeddedServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Framing, interim responses, upgrades, and the two ends of a connection that one side leaves. */
@Timeout(60)
class WireTest extends GatewayByItself {

  WireTest() throws IOException {}

  @Test
  void aFixedBodyStaysFixedAndAChunkedOneChunkedWithItsTrailers() throws Exception {
    String chunked =
        lines("HTTP/1.1 200 OK", "Transfer-Encoding: chunked", "Trailer: X-Sum")
            + "5\r\n12345\r\n0\r\nX-Sum: 15\r\n\r\n";
    List<String> bodies = new CopyOnWriteArrayList<>();
    ScriptedInstance.Script script =
        (in, out) -> {
          bodies.add(until(in, "X-Total: 5\r\n\r\n"));
          ScriptedInstance.write(out, chunked);
        };
    try (ScriptedInstance upstream = up(new ScriptedInstance(script))) {
      String answer =
          raw(
              lines(
                      "POST /up/ HTTP/1.1",
                      "Host: h",
                      "Connection: close",
                      "Transfer-Encoding: chunked")
                  + "5\r\nabcde\r\n0\r\nX-Total: 5\r\n\r\n");
      assertThat(answer.toLowerCase(Locale.ROOT))
          .contains("transfer-encoding: chunked")
          .endsWith("5\r\n12345\r\n0\r\nx-sum: 15\r\n\r\n")
          .doesNotContain("content-length");
      assertThat(bodies).singleElement().isEqualTo("5\r\nabcde\r\n0\r\nX-Total: 5\r\n\r\n");
      assertThat(upstream.heads().getFirst().toLowerCase(Locale.ROOT))
          .contains("transfer-encoding: chunked")
          .doesNotContain("content-length");
    }
  }

  @Test
  void aLengthIsKeptBothWays() throws Exception {
    try (ScriptedInstance upstream = up(ScriptedInstance.answering(OK))) {
      String answer =
          raw(
              lines("POST /up/ HTTP/1.1", "Host: h", "Connection: close", "Content-Length: 5")
                  + "12345");
      assertThat(answer.toLowerCase(Locale.ROOT))
          .contains("content-length: 2\r\n")
          .doesNotContain("transfer-encoding");
      assertThat(upstream.heads().getFirst().toLowerCase(Locale.ROOT))
          .contains("content-length: 5\r\n")
          .doesNotContain("transfer-encoding");
    }
  }

  @Test
  void headKeepsTheLengthThatGetWouldHaveAndHasNoBody() throws Exception {
    try (ScriptedInstance upstream =
        up(ScriptedInstance.answering("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"))) {
      String answer = raw(lines("HEAD /up/ HTTP/1.1", "Host: h", "Connection: close"));
      assertThat(answer.toLowerCase(Locale.ROOT)).contains("content-length: 1000\r\n");
      assertThat(answer).endsWith("\r\n\r\n");
      assertThat(upstream.heads()).hasSize(1);
    }
  }

  @Test
  void aClientOfHttp10GetsNoChunks() throws Exception {
    String chunked =
        lines("HTTP/1.1 200 OK", "Transfer-Encoding: chunked") + "5\r\n12345\r\n0\r\n\r\n";
    try (ScriptedInstance upstream = up(ScriptedInstance.answering(chunked))) {
      String answer = raw(lines("GET /up/ HTTP/1.0"));
      assertThat(answer).endsWith("\r\n\r\n12345");
      assertThat(answer.toLowerCase(Locale.ROOT)).doesNotContain("chunked");
      assertThat(upstream.heads().getFirst()).startsWith("GET / HTTP/1.1\r\n");
    }
  }

  @Test
  void requestsThatComeAtOnceAreAnsweredInTheirOrder() throws Exception {
    try (ScriptedInstance upstream =
        up(new ScriptedInstance((in, out) -> ScriptedInstance.write(out, OK), true))) {
      String answer =
          raw(
              lines("GET /up/1 HTTP/1.1", "Host: h")
                  + lines("GET /-/health/liveness HTTP/1.1", "Host: h")
                  + lines("GET /nobody/ HTTP/1.1", "Host: h")
                  + lines("GET /up/2 HTTP/1.1", "Host: h", "Connection: close"));
      assertThat(answer.split("HTTP/1.1 ", -1))
          .satisfiesExactly(
              before -> assertThat(before).isEmpty(),
              first -> assertThat(first).startsWith("200 ").endsWith("ok"),
              second -> assertThat(second).startsWith("200 ").contains("UP"),
              third -> assertThat(third).startsWith("404 "),
              fourth -> assertThat(fourth).startsWith("200 ").endsWith("ok"));
      assertThat(upstream.heads()).hasSize(2);
    }
  }

  @Test
  void theGatewaysOwnPageIsNotHeldBackBehindAnotherRequest() throws Exception {
    try (ScriptedInstance upstream =
            up(new ScriptedInstance((in, out) -> ScriptedInstance.write(out, OK), true));
        Socket socket = connect()) {
      ScriptedInstance.write(
          socket.getOutputStream(),
          lines("GET /up/1 HTTP/1.1", "Host: h")
              + lines("GET /-/health/liveness HTTP/1.1", "Host: h"));
      assertThat(until(socket.getInputStream(), "UP")).startsWith("HTTP/1.1 200 ");
      assertThat(upstream.heads()).hasSize(1);
    }
  }

  @Test
  void bytesBehindAResponseAreNotTheNextResponse() throws Exception {
    String more = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil";
    try (ScriptedInstance upstream =
        up(new ScriptedInstance((in, out) -> ScriptedInstance.write(out, OK + more), true))) {
      String answer =
          raw(
              lines("GET /up/1 HTTP/1.1", "Host: h")
                  + lines("GET /up/2 HTTP/1.1", "Host: h", "Connection: close"));
      assertThat(answer).endsWith("ok").doesNotContain("evil");
      assertThat(upstream.heads()).hasSize(2);
    }
  }

  @Test
  void namingItInConnectionDoesNotRemoveWhatTheFrontDoorSaysOfTheClient() throws Exception {
    try (ScriptedInstance upstream = up(ScriptedInstance.answering(OK))) {
      raw(
          lines(
              "GET /up/ HTTP/1.1",
              "Host: h",
              "X-Forwarded-For: 192.0.2.7",
              "Connection: close, X-Forwarded-For"));
      assertThat(upstream.heads().getFirst().toLowerCase(Locale.ROOT))
          .contains("x-forwarded-for: 192.0.2.7\r\n");
    }
  }

  @Test
  void aThousandRequestsAtOnceThatNeedNoInstanceAreAnswered() throws Exception {
    String answer =
        raw(
            lines("GET /nobody/ HTTP/1.1", "Host: h").repeat(3_000)
                + lines("GET /nobody/ HTTP/1.1", "Host: h", "Connection: close"));
    assertThat(answer.split("HTTP/1.1 404 ", -1)).hasSize(3_002);
  }

  @Test
  void interimResponsesPassAndContinueComesFromTheInstance() throws Exception {
    ScriptedInstance.Script script =
        (in, out) -> {
          ScriptedInstance.write(out, lines("HTTP/1.1 103 Early Hints", "Link: </style.css>"));
          ScriptedInstance.write(out, lines("HTTP/1.1 100 Continue"));
          in.readNBytes(5);
          ScriptedInstance.write(out, OK);
        };
    try (ScriptedInstance upstream = up(new ScriptedInstance(script));
        Socket socket = connect()) {
      ScriptedInstance.write(
          socket.getOutputStream(),
          lines(
              "PUT /up/ HTTP/1.1",
              "Host: h",
              "Connection: close",
              "Content-Length: 5",
              "Expect: 100-continue"));
      String interim = until(socket.getInputStream(), "100 Continue\r\n\r\n");
      assertThat(interim).startsWith("HTTP/1.1 103 Early Hints\r\n").contains("style.css");
      ScriptedInstance.write(socket.getOutputStream(), "12345");
      assertThat(text(socket.getInputStream())).startsWith("HTTP/1.1 200 ").endsWith("ok");
      assertThat(upstream.heads()).hasSize(1);
    }
  }

  @Test
  void anInstanceMayRefuseABodyBeforeItComes() throws Exception {
    String refusal = lines("HTTP/1.1 413 Content Too Large", "Content-Length: 0");
    try (ScriptedInstance upstream = up(ScriptedInstance.answering(refusal))) {
      String answer =
          raw(
              lines(
                  "PUT /up/ HTTP/1.1", "Host: h", "Content-Length: 50000", "Expect: 100-continue"));
      assertThat(answer).startsWith("HTTP/1.1 413 ").doesNotContain("100 Continue");
      assertThat(upstream.heads()).hasSize(1);
    }
  }

  @Test
  void aResponseThatComesBeforeTheBodyIsCompleteIsPassedOn() throws Exception {
    ScriptedInstance.Script script =
        (in, out) -> {
          ScriptedInstance.write(
              out, lines("HTTP/1.1 401 Unauthorized", "Content-Length: 2") + "no");
          in.transferTo(OutputStream.nullOutputStream());
        };
    try (ScriptedInstance upstream = up(new ScriptedInstance(script));
        Socket socket = connect()) {
      ScriptedInstance.write(
          socket.getOutputStream(),
          lines("POST /up/ HTTP/1.1", "Host: h", "Content-Length: 1000000") + "begin");
      assertThat(text(socket.getInputStream()))
          .startsWith("HTTP/1.1 401 ")
          .contains("connection: close")
          .endsWith("no");
      assertThat(upstream.heads()).hasSize(1);
    }
  }

  @Test
  void aClientThatLeavesEndsTheRequestAtTheInstance() throws Exception {
    CountDownLatch ended = new CountDownLatch(1);
    ScriptedInstance.Script script =
        (in, out) -> {
          if (in.read() < 0) {
            ended.countDown();
          }
        };
    try (ScriptedInstance upstream = up(new ScriptedInstance(script))) {
      try (Socket socket = connect()) {
        ScriptedInstance.write(socket.getOutputStream(), lines("GET /up/ HTTP/1.1", "Host: h"));
        await().until(() -> upstream.heads().size() == 1);
      }
      awaitLatch(ended);
    }
  }

  @Test
  void aClientThatLeavesAStreamEndsItAtTheInstance() throws Exception {
    CountDownLatch ended = new CountDownLatch(1);
    ScriptedInstance.Script script =
        (in, out) -> {
          ScriptedInstance.write(out, lines("HTTP/1.1 200 OK", "Content-Type: text/event-stream"));
          try {
            while (true) {
              ScriptedInstance.write(out, "data: x\n\n");
              Thread.sleep(10);
            }
          } catch (IOException | InterruptedException left) {
            ended.countDown();
          }
        };
    try (ScriptedInstance upstream = up(new ScriptedInstance(script))) {
      try (Socket socket = connect()) {
        ScriptedInstance.write(socket.getOutputStream(), lines("GET /up/ HTTP/1.1", "Host: h"));
        until(socket.getInputStream(), "data: x");
      }
      awaitLatch(ended);
      assertThat(upstream.heads()).hasSize(1);
    }
  }

  @Test
  void bytesPassBothWaysAfterAnUpgrade() throws Exception {
    ScriptedInstance.Script script =
        (in, out) -> {
          ScriptedInstance.write(
              out,
              lines("HTTP/1.1 101 Switching Protocols", "Connection: Upgrade", "Upgrade: websocket")
                  + "hello");
          for (int next = in.read(); next >= 0; next = in.read()) {
            out.write(Character.toUpperCase(next));
            out.flush();
          }
        };
    try (ScriptedInstance upstream = up(new ScriptedInstance(script));
        Socket socket = connect()) {
      ScriptedInstance.write(
          socket.getOutputStream(),
          lines(
              "GET /up/chat HTTP/1.1",
              "Host: h",
              "Connection: keep-alive, Upgrade",
              "Upgrade: websocket",
              "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="));
      InputStream in = socket.getInputStream();
      assertThat(until(in, "hello").toLowerCase(Locale.ROOT))
          .startsWith("http/1.1 101 ")
          .contains("upgrade: websocket")
          .contains("connection: upgrade");
      ScriptedInstance.write(socket.getOutputStream(), "abc");
      assertThat(new String(in.readNBytes(3), StandardCharsets.US_ASCII)).isEqualTo("ABC");
      ScriptedInstance.write(socket.getOutputStream(), "x".repeat(1_000_000));
      assertThat(new String(in.readNBytes(1_000_000), StandardCharsets.US_ASCII))
          .isEqualTo("X".repeat(1_000_000));
      assertThat(upstream.heads().getFirst().toLowerCase(Locale.ROOT))
          .contains("upgrade: websocket")
          .contains("connection: upgrade");
    }
  }

  @Test
  void anUpgradeThatTheInstanceRefusesIsAnOrdinaryResponse() throws Exception {
    try (ScriptedInstance upstream = up(ScriptedInstance.answering(OK))) {
      String answer =
          raw(
              lines(
                  "GET /up/ HTTP/1.1",
                  "Host: h",
                  "Connection: Upgrade, close",
                  "Upgrade: websocket"));
      assertThat(answer).startsWith("HTTP/1.1 200 ").endsWith("ok");
      assertThat(upstream.heads()).hasSize(1);
    }
  }

  @Test
  void aSlowReaderOfALargeResponseHoldsBackTheInstance() throws Exception {
    AtomicLong written = new AtomicLong();
    byte[] part = new byte[64 * 1024];
    ScriptedInstance.Script script =
        (in, out) -> {
          ScriptedInstance.write(out, "HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n");
          for (int i = 0; i < 1073741824 / part.length; i++) {
            out.write(part);
            written.addAndGet(part.length);
          }
        };
    try (ScriptedInstance upstream = up(new ScriptedInstance(script));
        Socket socket = connect()) {
      ScriptedInstance.write(socket.getOutputStream(), lines("GET /up/ HTTP/1.1", "Host: h"));
      InputStream in = socket.getInputStream();
      in.readNBytes(1_000_000);
      AtomicLong before = new AtomicLong(-1);
      // Until nothing moves any more: what is under way is in the sockets' buffers, and a little
      // here.
      await()
          .pollInterval(Duration.ofMillis(500))
          .until(() -> before.getAndSet(written.get()) == written.get());
      assertThat(written.get()).isLessThan(32_000_000);
      long read = 1_000_000;
      byte[] rest = new byte[1 << 20];
      for (int n = in.read(rest); read < 1_073_741_824L && n > 0; n = in.read(rest)) {
        read += n;
        if (read >= 1_073_741_824L) {
          break;
        }
      }
      assertThat(read).isGreaterThanOrEqualTo(1_073_741_824L);
      assertThat(upstream.heads()).hasSize(1);
    }
  }

  @Test
  void whatAClientSaysOfItsOriginIsReplacedUnlessItIsTrusted() throws Exception {
    String[] claim =
        new String[] {
          "GET /up/ HTTP/1.1",
          "Host: shop.example",
          "Connection: close",
          "X-Forwarded-For: 192.0.2.7",
          "X-Forwarded-Proto: https",
          "X-Forwarded-Host: claimed.example",
          "X-Forwarded-Port: 1",
          "X-Real-IP: 192.0.2.8",
          "Forwarded: for=192.0.2.9",
          "Via: 1.1 other",
        };
    try (ScriptedInstance upstream = up(ScriptedInstance.answering(OK))) {
      assertThat(raw(lines(claim))).contains("via: 1.1 zaguan\r\n");
      assertThat(upstream.heads().getFirst().toLowerCase(Locale.ROOT))
          .contains("x-forwarded-for: 192.0.2.7\r\n")
          .contains("forwarded: for=192.0.2.7;host=\"claimed.example\";proto=https\r\n")
          .contains("via: 1.1 other\r\n")
          .contains("via: 1.1 zaguan\r\n")
          .doesNotContain("192.0.2.9");
      try (EmbeddedServer distrusting = another(Map.of("gateway.trusted-proxies", "10.0.0.0/8"))) {
        await().until(() -> get(distrusting, "/up/").statusCode() == 200);
        raw(distrusting.getPort(), lines(claim));
        assertThat(upstream.heads().getLast().toLowerCase(Locale.ROOT))
            .contains("x-forwarded-for: 127.0.0.1\r\n")
            .contains("x-forwarded-proto: http\r\n")
            .contains("x-forwarded-host: shop.example\r\n")
            .contains("forwarded: for=127.0.0.1;host=\"shop.example\";proto=http\r\n")
            .doesNotContain("192.0.2.")
            .doesNotContain("claimed");
      }
    }
  }

  @Test
  void aTargetWithSchemeAndHostIsServedAsAPath() throws Exception {
    try (ScriptedInstance upstream = up(ScriptedInstance.answering(OK))) {
      assertThat(raw(lines("GET http://h/up/a?b HTTP/1.1", "Host: h", "Connection: close")))
          .startsWith("HTTP/1.1 200 ");
      assertThat(upstream.heads().getFirst()).startsWith("GET /a?b HTTP/1.1\r\n");
    }
  }

  @Test
  void pathsAreNotTouched() throws Exception {
    try (ScriptedInstance upstream = up(ScriptedInstance.answering(OK))) {
      for (String path : List.of("//a//b", "/a|b{c}[d]", "/a;b=1,2/%7e", "/a?b|c")) {
        raw(lines("GET /up" + path + " HTTP/1.1", "Host: h", "Connection: close"));
        assertThat(upstream.heads().getLast()).startsWith("GET " + path + " HTTP/1.1\r\n");
      }
    }
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.getPort());
    socket.setSoTimeout(SILENCE);
    return socket;
  }

  /** Reads byte by byte up to the end of a text. */
  private static String until(InputStream in, String end) throws IOException {
    StringBuilder read = new StringBuilder();
    while (read.indexOf(end) < 0) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("ended with " + read);
      }
      read.append((char) next);
    }
    return read.toString();
  }
}
