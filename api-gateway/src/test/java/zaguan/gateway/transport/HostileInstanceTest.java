package zaguan.gateway.transport;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever an instance sends, a client gets the answer to its own request, or is told that not. */
@Timeout(120)
class HostileInstanceTest extends GatewayByItself {

  private static final String EVIL = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil";

  private static final String HALF =
      "HTTP/1.1 302 Found\r\nLocation: http://evil/\r\nSet-Cookie: evil=1\r\nX: ";

  HostileInstanceTest() throws IOException {}

  static Stream<Arguments> unasked() {
    return Stream.of("GET 200", "HEAD 200", "GET 204", "GET 304")
        .flatMap(
            answer ->
                Stream.of(EVIL, HALF, "\r\n", "x")
                    .flatMap(
                        more -> Stream.of(0, 50).map(delay -> Arguments.of(answer, more, delay))));
  }

  @ParameterizedTest
  @MethodSource("unasked")
  void whatNobodyAskedForIsNobodysAnswer(String answer, String more, int delay) throws Exception {
    String method = answer.split(" ", 2)[0];
    String status = answer.split(" ", 2)[1];
    AtomicInteger asked = new AtomicInteger();
    Semaphore sent = new Semaphore(0);
    ScriptedInstance.Script script =
        (in, out) -> {
          String head =
              lines(
                  "HTTP/1.1 " + status + " X",
                  "Content-Length: 2",
                  "X-Number: " + asked.getAndIncrement());
          String body = answer.equals("GET 200") ? "ok" : "";
          if (delay == 0) {
            sent.release();
            ScriptedInstance.write(out, head + body + more);
          } else {
            ScriptedInstance.write(out, head + body);
            pause(delay);
            sent.release();
            ScriptedInstance.write(out, more);
          }
        };
    try (ScriptedInstance upstream = up(new ScriptedInstance(script, true))) {
      for (int i = 0; i < 5; i++) {
        HttpResponse<String> got =
            client.send(
                request("/up/").method(method, BodyPublishers.noBody()).build(),
                BodyHandlers.ofString());
        assertThat(got.statusCode()).isEqualTo(Integer.parseInt(status));
        assertThat(got.headers().firstValue("x-number")).contains(String.valueOf(i));
        assertThat(got.body()).isEqualTo(answer.equals("GET 200") ? "ok" : "");
        // Sent after the next request, it would be that request's answer.
        assertThat(sent.tryAcquire(10, SECONDS)).isTrue();
        Thread.sleep(50);
      }
      assertThat(upstream.heads()).hasSize(5);
    }
  }

  /**
   * The gateway reads as far as the end of the first response, and takes the next request, which
   * has come already, before it reads on: the rest of what the instance sent waits in the socket.
   */
  @ParameterizedTest
  @ValueSource(ints = {1024, 2048, 4096, 8192, 16_384, 32_768, 65_536})
  void aRequestNeverGoesWhereBytesWaitToBeRead(int length) throws Exception {
    String head = lines("HTTP/1.1 200 OK", "Content-Length: %05d");
    int body = length - head.formatted(0).length();
    String response = head.formatted(body) + "x".repeat(body);
    try (ScriptedInstance upstream =
        up(new ScriptedInstance((in, out) -> ScriptedInstance.write(out, response + EVIL), true))) {
      for (int i = 0; i < 5; i++) {
        String answers =
            raw(
                lines("GET /up/1 HTTP/1.1", "Host: h")
                    + lines("GET /up/2 HTTP/1.1", "Host: h")
                    + lines("GET /up/3 HTTP/1.1", "Host: h", "Connection: close"));
        assertThat(answers).doesNotContain("evil");
        assertThat(answers.split("HTTP/1.1 200 ", -1)).hasSize(4);
      }
      assertThat(upstream.heads()).hasSize(15);
    }
  }

  @Test
  void aResponseThatIsReadForNothingDoesNotLeaveItsRestToOthers() throws Exception {
    // Another instance is asked after a 503, and the rest of that is read to keep the connection.
    AtomicInteger unavailable = new AtomicInteger();
    ScriptedInstance.Script script =
        (in, out) -> {
          if (unavailable.getAndIncrement() % 2 == 0) {
            ScriptedInstance.write(
                out, lines("HTTP/1.1 503 No", "Transfer-Encoding: chunked") + "2\r\nno\r\n");
            pause(30);
            ScriptedInstance.write(out, "0\r\n\r\n" + EVIL);
          } else {
            ScriptedInstance.write(out, OK);
          }
        };
    try (ScriptedInstance one = new ScriptedInstance(script, true);
        ScriptedInstance other = up(new ScriptedInstance(script, true))) {
      consul.register("up-2", "up", one.port());
      for (int i = 0; i < 20; i++) {
        assertThat(get("/up/").body()).isIn("ok", "no");
      }
      assertThat(other.heads()).isNotEmpty();
    }
  }

  static Stream<String> unreadable() {
    return Stream.of(
        "HTTP/1.1 200 OK\r\nX Sp: a\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 200 OK\r\nX-A: \0\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 200 OK\r\nX-A: 1\r\n 2\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 200 OK\nContent-Length: 2\n\nok",
        "HTTP/1.1 200 O\0K\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 099 Low\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 2000 Long\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/2.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 103 Early\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n",
        "SSH-2.0-OpenSSH_9.2p1\r\n");
  }

  @ParameterizedTest
  @MethodSource("unreadable")
  void whatCannotBeReadIsSaidToBeAndItsConnectionIsDropped(String response) throws Exception {
    CountDownLatch dropped = new CountDownLatch(1);
    ScriptedInstance.Script script =
        (in, out) -> {
          ScriptedInstance.write(out, response);
          ended(in);
          dropped.countDown();
        };
    try (ScriptedInstance upstream = up(new ScriptedInstance(script))) {
      HttpResponse<String> answer = get("/up/");
      assertProblem(answer, 502);
      assertThat(answer.body()).contains("127.0.0.1:" + upstream.port() + " sent a response that");
      awaitLatch(dropped);
    }
  }

  @Test
  void whatCannotBeReadOnceTheAnswerHasBegunEndsTheClientsConnection() throws Exception {
    ScriptedInstance.Script script =
        (in, out) -> {
          ScriptedInstance.write(
              out, lines("HTTP/1.1 200 OK", "Transfer-Encoding: chunked") + "2\r\nok\r\n");
          pause(200);
          ScriptedInstance.write(out, "z\r\n");
          ended(in);
        };
    try (ScriptedInstance upstream = up(new ScriptedInstance(script))) {
      String answer = raw(lines("GET /up/ HTTP/1.1", "Host: h"));
      assertThat(answer).startsWith("HTTP/1.1 200 ").contains("ok").doesNotEndWith("0\r\n\r\n");
      assertThat(upstream.heads()).hasSize(1);
    }
  }

  /** Or the front door would send the request again: it saw no answer. */
  @Test
  void whatComesBesideItInOnePieceIsAnsweredThatFar() throws Exception {
    ScriptedInstance.Script script =
        (in, out) -> {
          ScriptedInstance.write(
              out, lines("HTTP/1.1 200 OK", "Transfer-Encoding: chunked") + "2\r\nok\r\nz\r\n");
          ended(in);
        };
    try (ScriptedInstance upstream = up(new ScriptedInstance(script))) {
      String answer = raw(lines("PUT /up/ HTTP/1.1", "Host: h", "Content-Length: 0"));
      assertThat(answer).startsWith("HTTP/1.1 200 ").doesNotEndWith("0\r\n\r\n");
      assertThat(upstream.heads()).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Upgrade: h2c",
        "Upgrade: websocket, h2c",
        "X-A: b",
        "Upgrade: websocket\r\nContent-Length: 5",
        "Upgrade: websocket\r\nTransfer-Encoding: chunked",
      })
  void anUpgradeToWhatWasNotAskedIs502(String fields) throws Exception {
    String response = lines("HTTP/1.1 101 Switching Protocols", "Connection: Upgrade", fields);
    try (ScriptedInstance upstream = up(ScriptedInstance.answering(response))) {
      String answer =
          raw(
              lines(
                  "GET /up/ HTTP/1.1",
                  "Host: h",
                  "Connection: Upgrade, close",
                  "Upgrade: websocket"));
      assertThat(answer).startsWith("HTTP/1.1 502 ").contains("cannot be read");
      assertThat(upstream.heads()).hasSize(1);
    }
  }

  @Test
  void bytesBeyondAsciiInAValueAreKept() throws Exception {
    String response = lines("HTTP/1.1 200 OK", "X-A: caf\u00e9", "Content-Length: 2") + "ok";
    try (ScriptedInstance upstream = up(ScriptedInstance.answering(response))) {
      assertThat(raw(lines("GET /up/ HTTP/1.1", "Host: h", "Connection: close")))
          .contains("X-A: caf\u00e9\r\n");
      assertThat(upstream.heads()).hasSize(1);
    }
  }

  @Test
  void responsesThatNeverHaveABodyHaveNoLength() throws Exception {
    String early = lines("HTTP/1.1 103 Early Hints", "Link: </a>", "Content-Length: 0");
    String none = lines("HTTP/1.1 204 No Content", "Content-Length: 5");
    try (ScriptedInstance upstream = up(ScriptedInstance.answering(early + none))) {
      String answer = raw(lines("GET /up/ HTTP/1.1", "Host: h", "Connection: close"));
      assertThat(answer).startsWith("HTTP/1.1 103 ").contains("HTTP/1.1 204 ");
      assertThat(answer.toLowerCase(Locale.ROOT)).doesNotContain("content-length");
      assertThat(upstream.heads()).hasSize(1);
    }
  }

  /** With a length and without: the reset that follows is what closing with unread bytes is. */
  @ParameterizedTest
  @ValueSource(strings = {"Content-Length: 2", "X-A: b", "Transfer-Encoding: chunked"})
  void theAnswerOfAnInstanceThatDoesNotReadTheBodyIsPassedOn(String framing) throws Exception {
    String body = framing.startsWith("Transfer") ? "2\r\nno\r\n0\r\n\r\n" : "no";
    String refusal = lines("HTTP/1.1 413 Content Too Large", "Connection: close", framing) + body;
    String request =
        lines("POST /up/ HTTP/1.1", "Host: h", "Connection: close", "Content-Length: 300000")
            + "x".repeat(300_000);
    try (ScriptedInstance upstream = up(ScriptedInstance.answering(refusal))) {
      for (int i = 0; i < 20; i++) {
        assertThat(answerTo(request)).startsWith("HTTP/1.1 413 ").contains("no");
      }
      assertThat(upstream.heads()).hasSize(20);
    }
  }

  @Test
  void anInstanceThatBreaksOffInTheBodyWithoutAnAnswerIs502() throws Exception {
    String request =
        lines("POST /up/ HTTP/1.1", "Host: h", "Connection: close", "Content-Length: 3000000")
            + "x".repeat(3_000_000);
    try (ScriptedInstance upstream = up(new ScriptedInstance((in, out) -> {}))) {
      for (int i = 0; i < 5; i++) {
        assertThat(answerTo(request)).startsWith("HTTP/1.1 502 ");
      }
      assertThat(upstream.heads()).hasSize(5);
    }
  }

  /** Of a client that sends all of its request, and reads at the same time. */
  private String answerTo(String request) throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.getPort())) {
      socket.setSoTimeout(SILENCE);
      OutputStream out = socket.getOutputStream();
      Thread sender =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      ScriptedInstance.write(out, request);
                    } catch (IOException answeredBefore) {
                      // The answer says why.
                    }
                  });
      String answer = text(socket.getInputStream());
      sender.join();
      return answer;
    }
  }

  private static void ended(InputStream in) {
    try {
      in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException reset) {
      // That is an end, too.
    }
  }

  private static void pause(long millis) throws IOException {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }
}
