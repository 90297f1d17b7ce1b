package zaguan.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Requests that two readers may understand in two ways, by raw bytes, at a gateway itself and
 * through the front door, at an instance that records what it gets. The gateway's own tests have
 * more of them.
 */
@Timeout(120)
class AmbiguityTest {

  /** Hidden behind the first. */
  private static final String SMUGGLED =
      "GET /recorder/smuggled HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";

  private static final Platform PLATFORM = Platform.shared();
  private static Recorder recorder;

  @BeforeAll
  static void start() throws Exception {
    PLATFORM.awaitRest();
    recorder = new Recorder(PLATFORM);
    Eventually.is(() -> PLATFORM.gateways().instancesOf("recorder"), List.of(1, 1));
  }

  @AfterAll
  static void stop() throws Exception {
    recorder.stop();
  }

  @BeforeEach
  void forget() {
    recorder.forget();
  }

  static Stream<Arguments> ambiguous() {
    return Stream.of(
        of("two lengths", "Content-Length: 5\r\nContent-Length: 6", "12345"),
        of("a length with a sign", "Content-Length: +5", "12345"),
        of("a coding after chunked", "Transfer-Encoding: chunked, identity", "0\r\n\r\n"),
        of("a bare CR in a value", "X-A: 1\rX-B: 2", ""),
        of("a second host", "Host: other", ""),
        of("a chunk size with a prefix", "Transfer-Encoding: chunked", "0x5\r\n12345\r\n0\r\n\r\n"),
        of("a chunk size that is none", "Transfer-Encoding: chunked", "z\r\n12345\r\n0\r\n\r\n"),
        of(
            "a chunk longer than its size",
            "Transfer-Encoding: chunked",
            "5\r\n123456\r\n0\r\n\r\n"),
        of("a space before the colon", "X-A : 1", ""));
  }

  /**
   * HAProxy 2.6 reads these in one way, and writes them anew so that there is no other. It drops
   * the length beside a coding before any of its rules can see it, and closes the connection after
   * the response, as <a href="https://www.rfc-editor.org/rfc/rfc9112#section-6.3">RFC 9112</a> has
   * it.
   */
  static Stream<Arguments> rewrittenByHaproxy() {
    return Stream.of(
        of("length and coding", "Content-Length: 5\r\nTransfer-Encoding: chunked", "0\r\n\r\n"),
        of("a folded field", "X-A: 1\r\n 2", ""),
        of("the same host twice", "Host: h", ""),
        of("a bare LF after a field", "X-A: 1\nX-B: 2", ""));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("ambiguous")
  void isRefusedThroughTheFrontDoorAndReachesNoInstance(String what, String bytes)
      throws Exception {
    assertThat(raw(PLATFORM.frontDoor().port(), bytes + SMUGGLED))
        .as(what)
        .startsWith("HTTP/1.1 400 ");
    onlyAnotherRequestReachesTheInstance(PLATFORM.frontDoor().port());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"ambiguous", "rewrittenByHaproxy"})
  void isRefusedByAGatewayAndReachesNoInstance(String what, String bytes) throws Exception {
    int port = PLATFORM.gateways().addresses().getFirst().getPort();
    assertThat(raw(port, bytes + SMUGGLED)).as(what).startsWith("HTTP/1.1 400 ");
    onlyAnotherRequestReachesTheInstance(port);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rewrittenByHaproxy")
  void isOneRequestWithOneMeaningAfterTheFrontDoor(String what, String bytes) throws Exception {
    String answer = raw(PLATFORM.frontDoor().port(), bytes);
    if (answer.startsWith("HTTP/1.1 400 ")) {
      assertThat(recorder.received()).as(what).isEmpty();
      return;
    }
    assertThat(answer).startsWith("HTTP/1.1 200 ");
    Eventually.is(() -> recorder.received().size(), 1);
    String head = recorder.received().getFirst();
    assertThat(head)
        .containsPattern("^(GET|POST) / HTTP/1.1\r\n")
        .doesNotContain("\r\n ")
        .doesNotContain("\r\n\t");
    assertThat(head.toLowerCase(Locale.ROOT)).doesNotContain("content-length");
    assertThat(head.replace("\r\n", "")).doesNotContain("\n").doesNotContain("\r");
  }

  /** Sent after the refused request: what was passed on of that has arrived before this. */
  private static void onlyAnotherRequestReachesTheInstance(int port) throws IOException {
    assertThat(raw(port, "GET /recorder/another HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 200 ");
    assertThat(recorder.received())
        .singleElement()
        .asString()
        .startsWith("GET /another HTTP/1.1\r\n");
  }

  private static Arguments of(String what, String fields, String body) {
    String method = body.isEmpty() ? "GET" : "POST";
    return Arguments.of(
        what, method + " /recorder/ HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n\r\n" + body);
  }

  /** The head of the answer. */
  private static String raw(int port, String bytes) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(2_000);
      socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
      InputStream in = socket.getInputStream();
      StringBuilder answer = new StringBuilder();
      while (answer.indexOf("\r\n\r\n") < 0) {
        int next = in.read();
        if (next < 0) {
          break;
        }
        answer.append((char) next);
      }
      return answer.toString();
    }
  }
}
