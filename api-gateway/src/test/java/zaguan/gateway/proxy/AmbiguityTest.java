package zaguan.gateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What two readers may understand in two ways is refused, and no instance sees a byte of it. */
@Timeout(60)
class AmbiguityTest extends GatewayByItself {

  AmbiguityTest() throws IOException {}

  static Stream<Arguments> ambiguous() {
    return Stream.of(
        request(
            "length and coding",
            "POST",
            "Content-Length: 5\r\nTransfer-Encoding: chunked",
            "0\r\n\r\n"),
        request("two lengths", "POST", "Content-Length: 5\r\nContent-Length: 6", "12345"),
        request("a length twice", "POST", "Content-Length: 5\r\nContent-Length: 5", "12345"),
        request("a list of lengths", "POST", "Content-Length: 5, 5", "12345"),
        request("a length with a sign", "POST", "Content-Length: +5", "12345"),
        request("a negative length", "POST", "Content-Length: -5", "12345"),
        request("a length that is no number", "POST", "Content-Length: 0x5", "12345"),
        request("a coding before chunked", "POST", "Transfer-Encoding: gzip, chunked", "0\r\n\r\n"),
        request(
            "a coding after chunked", "POST", "Transfer-Encoding: chunked, identity", "0\r\n\r\n"),
        request(
            "chunked twice",
            "POST",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
            "0\r\n\r\n"),
        request("almost chunked", "POST", "Transfer-Encoding: xchunked", "0\r\n\r\n"),
        request("a folded field", "GET", "X-A: 1\r\n 2", ""),
        request("a folded field, by a tab", "GET", "X-A: 1\r\n\tTransfer-Encoding: chunked", ""),
        request("a folded first field", "GET", " X-A: 1", ""),
        request("a bare CR in a value", "GET", "X-A: 1\rX-B: 2", ""),
        request("a bare LF after a field", "GET", "X-A: 1\nX-B: 2", ""),
        request("a NUL in a value", "GET", "X-A: 1\0", ""),
        request("a space before the colon", "GET", "X-A : 1", ""),
        request("a field without a name", "GET", ": 1", ""),
        request("a field without a colon", "GET", "X-A", ""),
        request("a second host", "GET", "Host: other", ""),
        request(
            "a chunk size with a prefix",
            "POST",
            "Transfer-Encoding: chunked",
            "0x5\r\n12345\r\n0\r\n\r\n"),
        request(
            "a negative chunk size",
            "POST",
            "Transfer-Encoding: chunked",
            "-5\r\n12345\r\n0\r\n\r\n"),
        request(
            "a chunk size beyond all",
            "POST",
            "Transfer-Encoding: chunked",
            "fffffffffffffffff\r\n"),
        request(
            "a chunk size that is none",
            "POST",
            "Transfer-Encoding: chunked",
            "five\r\n12345\r\n0\r\n\r\n"),
        request(
            "an empty chunk size", "POST", "Transfer-Encoding: chunked", "\r\n12345\r\n0\r\n\r\n"),
        request(
            "a chunk size that ends in LF",
            "POST",
            "Transfer-Encoding: chunked",
            "5\n12345\r\n0\r\n\r\n"),
        request(
            "a chunk longer than its size",
            "POST",
            "Transfer-Encoding: chunked",
            "5\r\n123456\r\n0\r\n\r\n"),
        raw("no host", "GET /up/ HTTP/1.1\r\n\r\n"),
        raw("a host that is a path", "GET /up/ HTTP/1.1\r\nHost: a/b\r\n\r\n"),
        raw("a host with a user", "GET /up/ HTTP/1.1\r\nHost: a@b\r\n\r\n"),
        raw("two hosts in one", "GET /up/ HTTP/1.1\r\nHost: a, b\r\n\r\n"),
        raw("a bare LF after the request line", "GET /up/ HTTP/1.1\nHost: a\r\n\r\n"),
        raw("LF only", "GET /up/ HTTP/1.1\nHost: a\n\n"),
        raw("a version of its own", "GET /up/ HTTP/1.2\r\nHost: a\r\n\r\n"),
        raw("no version", "GET /up/\r\nHost: a\r\n\r\n"),
        raw("four words", "GET /up/ x HTTP/1.1\r\nHost: a\r\n\r\n"),
        raw("a bare CR in the target", "GET /up/\rx HTTP/1.1\r\nHost: a\r\n\r\n"),
        raw("bytes beyond ASCII in the target", "GET /up/\u00e9 HTTP/1.1\r\nHost: a\r\n\r\n"),
        raw(
            "a coding in HTTP/1.0",
            "POST /up/ HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("ambiguous")
  void isRefusedAndReachesNoInstance(String what, String bytes) throws Exception {
    try (ScriptedInstance upstream = up(ScriptedInstance.answering(OK))) {
      String smuggled = "GET /up/smuggled HTTP/1.1\r\nHost: h\r\n\r\n";
      assertThat(raw(bytes + smuggled))
          .as(what)
          .startsWith("HTTP/1.1 400 ")
          .contains("application/problem+json")
          .doesNotContain(" 200 ");
      assertThat(upstream.heads()).isEmpty();
    }
  }

  @Test
  void aFoldIsFoundHoweverTheBytesCome() throws Exception {
    try (ScriptedInstance upstream = up(ScriptedInstance.answering(OK))) {
      String[] parts = {"GET /up/ HTT", "P/1.1\r\nHost: h\r\nX-A: 1\r", "\n", " 2\r\n\r\n"};
      assertThat(rawInParts(parts)).startsWith("HTTP/1.1 400 ");
      assertThat(upstream.heads()).isEmpty();
    }
  }

  @Test
  void whatFollowsARefusedRequestReachesNoInstanceEither() throws Exception {
    try (ScriptedInstance upstream =
        up(new ScriptedInstance((in, out) -> ScriptedInstance.write(out, OK), true))) {
      String answer =
          raw(
              lines("GET /up/first HTTP/1.1", "Host: h")
                  + lines("GET /up/second HTTP/1.1", "Host: h", "Host: i")
                  + lines("POST /up/third HTTP/1.1", "Host: h", "Content-Length: 0"));
      assertThat(answer.split("HTTP/1.1 ", -1))
          .satisfiesExactly(
              before -> assertThat(before).isEmpty(),
              first -> assertThat(first).startsWith("200 "),
              second -> assertThat(second).startsWith("400 "));
      assertThat(upstream.heads()).singleElement().asString().startsWith("GET /first ");
    }
  }

  @Test
  void whatFollowsTheLastRequestOfAConnectionReachesNoInstance() throws Exception {
    try (ScriptedInstance upstream =
        up(new ScriptedInstance((in, out) -> ScriptedInstance.write(out, OK), true))) {
      String answer =
          raw(
              lines("GET /up/first HTTP/1.1", "Host: h")
                  + lines("GET /nobody/ HTTP/1.1", "Host: h", "Connection: close")
                  + lines("GET /up/third HTTP/1.1", "Host: h"));
      assertThat(answer.split("HTTP/1.1 ", -1)).hasSize(3);
      assertThat(upstream.heads()).hasSize(1);
    }
  }

  @Test
  void aBodyMayHoldWhatAHeadMayNot() throws Exception {
    String body = "a\r\n b\nc\rd\r\n\r\n";
    ScriptedInstance.Script echo =
        (in, out) -> {
          byte[] got = in.readNBytes(body.length());
          ScriptedInstance.write(
              out, "HTTP/1.1 200 OK\r\nContent-Length: " + got.length + "\r\n\r\n");
          out.write(got);
        };
    try (ScriptedInstance upstream = up(new ScriptedInstance(echo))) {
      String head =
          lines(
              "POST /up/ HTTP/1.1",
              "Host: h",
              "Connection: close",
              "Content-Length: " + body.length());
      assertThat(rawInParts(head + body.substring(0, 3), body.substring(3))).endsWith(body);
      assertThat(upstream.heads()).hasSize(1);
    }
  }

  @Test
  void aChunkThatIsBadLaterEndsTheConnectionToTheInstance() throws Exception {
    CompletableFuture<String> body = new CompletableFuture<>();
    try (ScriptedInstance upstream =
        up(new ScriptedInstance((in, out) -> body.complete(text(in))))) {
      String head =
          lines("POST /up/ HTTP/1.1", "Host: h", "Transfer-Encoding: chunked") + "5\r\n12345\r\n";
      assertThat(rawInParts(head, "zz\r\n")).startsWith("HTTP/1.1 400 ");
      assertThat(body.get(20, TimeUnit.SECONDS)).isEqualTo("5\r\n12345\r\n");
      assertThat(upstream.heads()).hasSize(1);
    }
  }

  private static Arguments request(String what, String method, String fields, String body) {
    return Arguments.of(
        what, method + " /up/ HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n\r\n" + body);
  }

  private static Arguments raw(String what, String bytes) {
    return Arguments.of(what, bytes);
  }
}
