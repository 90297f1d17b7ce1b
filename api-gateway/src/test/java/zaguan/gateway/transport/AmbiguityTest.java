package zaguan.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
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
        chunk("an extension without a name", "5;"),
        chunk("an extension without a name, before another", "5;;a"),
        chunk("an extension without a name, but a value", "5;=1"),
        chunk("an extension without its value", "5;a="),
        chunk("an extension that is quoted, and no end of it", "5;a=\"b"),
        chunk("an extension that is quoted, and more", "5;a=\"b\"c"),
        chunk("an extension with a name that is no token", "5;a(b"),
        chunk("an extension with a control character", "5;a=\"\1\""),
        chunk("an extension with a bare CR", "5;a=\"\rb\""),
        chunk("an extension after a space", "5 ;a"),
        chunk("a space before a chunk size", " 5"),
        chunk("a space after a chunk size", "5 "),
        chunk("a tab after a chunk size", "5\t"),
        chunk("a NUL after a chunk size", "5\0"),
        chunk("a CR after a chunk size", "5\r"),
        chunk("a chunk size with a sign", "+5"),
        chunk("a chunk size with an underscore", "0_5"),
        chunk("a chunk size of too many digits", "00000000000000005"),
        chunk("a chunk size beyond a long", "8000000000000005"),
        chunk("extensions that are too long", "5;a=" + "b".repeat(20_000)),
        request(
            "a last chunk with an extension without a name",
            "POST",
            "Transfer-Encoding: chunked",
            "5\r\n12345\r\n0;\r\n\r\n"),
        request(
            "a chunk that ends in LF",
            "POST",
            "Transfer-Encoding: chunked",
            "5\r\n12345\n0\r\n\r\n"),
        request(
            "a chunk that ends in CR",
            "POST",
            "Transfer-Encoding: chunked",
            "5\r\n12345\r0\r\n\r\n"),
        request("an empty length", "POST", "Content-Length: ", ""),
        request("a length in another script", "POST", "Content-Length: \u00b2", "12"),
        line("a leading space", " GET /up/ HTTP/1.1"),
        line("a leading tab", "\tGET /up/ HTTP/1.1"),
        line("a leading NUL", "\0GET /up/ HTTP/1.1"),
        line("a leading DEL", "\u007fGET /up/ HTTP/1.1"),
        line("a leading byte beyond ASCII", "\u00a0GET /up/ HTTP/1.1"),
        line("a leading LF", "\nGET /up/ HTTP/1.1"),
        line("a leading CR", "\rGET /up/ HTTP/1.1"),
        line("a leading empty line, then LF", "\r\n\nGET /up/ HTTP/1.1"),
        line("a space before the method, after an empty line", "\r\n GET /up/ HTTP/1.1"),
        line("two spaces after the method", "GET  /up/ HTTP/1.1"),
        line("two spaces after the target", "GET /up/  HTTP/1.1"),
        line("a tab after the method", "GET\t/up/ HTTP/1.1"),
        line("a tab after the target", "GET /up/\tHTTP/1.1"),
        line("a form feed after the method", "GET\f/up/ HTTP/1.1"),
        line("a form feed after the target", "GET /up/\fHTTP/1.1"),
        line("a vertical tab after the method", "GET\u000b/up/ HTTP/1.1"),
        line("a vertical tab after the target", "GET /up/\u000bHTTP/1.1"),
        line("a CR after the method", "GET\r/up/ HTTP/1.1"),
        line("a space and a tab after the method", "GET \t/up/ HTTP/1.1"),
        line("a no-break space after the target", "GET /up/\u00a0HTTP/1.1"),
        line("a NUL after the target", "GET /up/\0 HTTP/1.1"),
        line("a space after the version", "GET /up/ HTTP/1.1 "),
        line("a tab after the version", "GET /up/ HTTP/1.1\t"),
        line("a CR after the version", "GET /up/ HTTP/1.1\r"),
        line("a lower-case version", "GET /up/ http/1.1"),
        line("a version of mixed case", "GET /up/ Http/1.1"),
        line("a version of two digits", "GET /up/ HTTP/1.10"),
        line("a version with a leading zero", "GET /up/ HTTP/01.1"),
        line("a version without a dot", "GET /up/ HTTP/11"),
        line("a version without a minor one", "GET /up/ HTTP/1."),
        line("a version with a letter", "GET /up/ HTTP/1.x"),
        line("another protocol", "GET /up/ HTTQ/1.1"),
        line("another protocol's version", "GET /up/ SIP/2.0"),
        line("no target", "GET HTTP/1.1"),
        line("no target, and two spaces", "GET  HTTP/1.1"),
        line("one word", "GET"),
        line("a method that is no token", "GE(T /up/ HTTP/1.1"),
        line("a method with a colon", "GET: /up/ HTTP/1.1"),
        line("a method beyond ASCII", "G\u00c9T /up/ HTTP/1.1"),
        line("a target with a user", "GET http://u@a/up/ HTTP/1.1"),
        line("a target with a user and a password", "GET http://u:p@a/up/ HTTP/1.1"),
        line("a target with a backslash for the authority's end", "GET http://a\\/up/ HTTP/1.1"),
        line("a target with backslashes", "GET http:\\\\a\\up\\ HTTP/1.1"),
        line("a target with a backslash in its path", "GET http://a/up/\\b HTTP/1.1"),
        line("a path with a backslash", "GET /up/..\\b HTTP/1.1"),
        line("a target without a host", "GET http:///up/ HTTP/1.1"),
        line("a target with a port only", "GET http://:80/up/ HTTP/1.1"),
        line("a target with a port beyond all", "GET http://a:65536/up/ HTTP/1.1"),
        line("a target with a list of hosts", "GET http://a,b/up/ HTTP/1.1"),
        line("a target with another scheme", "GET ftp://a/up/ HTTP/1.1"),
        line("a target with a scheme and no authority", "GET http:/up/ HTTP/1.1"),
        line("a target without a scheme", "GET a/up/ HTTP/1.1"),
        line("a target with a fragment", "GET /up/#a HTTP/1.1"),
        line("an asterisk, but not for OPTIONS", "GET * HTTP/1.1"),
        host("an empty host", ""),
        host("a host of spaces", "  "),
        host("a host with a port beyond all", "a:65536"),
        host("a host with a port of many digits", "a:00000000000000000065536"),
        host("a host with a negative port", "a:-1"),
        host("a host with two ports", "a:1:2"),
        host("a port without a host", ":80"),
        host("a host with a space", "a b"),
        host("a host with a backslash", "a\\b"),
        host("a host with a NUL", "a\0"),
        host("a host with half an escape", "a%2"),
        host("a host with an escape that is none", "a%zz"),
        host("a host with a quotation mark", "a\""),
        host("a host beyond ASCII", "\u00e9"),
        host("an IPv6 address without its end", "[::1"),
        host("an IPv6 address that is none", "[::g]"),
        host("an empty IPv6 address", "[]"),
        host("an IPv6 address and more", "[::1]a"),
        host("an IPv6 address without brackets", "::1"),
        host("a URI", "http://a"),
        raw("an empty host in HTTP/1.0", "GET /up/ HTTP/1.0\r\nHost:\r\n\r\n"),
        raw("a target with scheme and authority, and no host", "GET http://a/up/ HTTP/1.1\r\n\r\n"),
        raw("no host", "GET /up/ HTTP/1.1\r\n\r\n"),
        raw("a host that is a path", "GET /up/ HTTP/1.1\r\nHost: a/b\r\n\r\n"),
        raw("a host with a user", "GET /up/ HTTP/1.1\r\nHost: a@b\r\n\r\n"),
        raw("two hosts in one", "GET /up/ HTTP/1.1\r\nHost: a, b\r\n\r\n"),
        raw("a bare LF after the request line", "GET /up/ HTTP/1.1\nHost: a\r\n\r\n"),
        raw("LF only", "GET /up/ HTTP/1.1\nHost: a\n\n"),
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
  void aRequestLineIsReadByTheLetterHoweverItsBytesCome() throws Exception {
    try (ScriptedInstance upstream = up(ScriptedInstance.answering(OK))) {
      assertThat(rawInParts("\r", "\n", "\r\nG", "ET", " ", " /up/ HTTP/1.1\r\nHost: h\r\n\r\n"))
          .startsWith("HTTP/1.1 400 ");
      assertThat(rawInParts("\r", "G")).startsWith("HTTP/1.1 400 ");
      assertThat(upstream.heads()).isEmpty();
    }
  }

  @Test
  void aSpaceBeforeTheSecondRequestOfAConnectionIsRefusedToo() throws Exception {
    try (ScriptedInstance upstream =
        up(new ScriptedInstance((in, out) -> ScriptedInstance.write(out, OK), true))) {
      String first = lines("POST /up/ HTTP/1.1", "Host: h", "Content-Length: 2") + "ab";
      assertThat(raw(first + " " + lines("GET /up/ HTTP/1.1", "Host: h")).split("HTTP/1.1 ", -1))
          .satisfiesExactly(
              before -> assertThat(before).isEmpty(),
              answer -> assertThat(answer).startsWith("200 "),
              refusal -> assertThat(refusal).startsWith("400 "));
      assertThat(upstream.heads()).hasSize(1);
    }
  }

  @Test
  void anEmptyLineBeforeARequestIsNothing() throws Exception {
    try (ScriptedInstance upstream =
        up(new ScriptedInstance((in, out) -> ScriptedInstance.write(out, OK), true))) {
      String request = lines("GET /up/ HTTP/1.1", "Host: h");
      String last = lines("GET /up/ HTTP/1.1", "Host: h", "Connection: close");
      assertThat(raw("\r\n" + request + "\r\n" + last).split("HTTP/1.1 200 ", -1)).hasSize(3);
      assertThat(upstream.heads()).hasSize(2);
    }
  }

  @Test
  void chunksPassHoweverTheirBytesCome() throws Exception {
    CompletableFuture<String> got = new CompletableFuture<>();
    ScriptedInstance.Script script =
        (in, out) -> {
          got.complete(unchunked(in));
          ScriptedInstance.write(out, OK);
        };
    String data = "0123456789abcdef".repeat(20_000);
    String head =
        lines("POST /up/ HTTP/1.1", "Host: h", "Connection: close", "Transfer-Encoding: chunked");
    String body =
        "5;a;b=c;d=\"e \\\" ;\"\r\n12345\r\n00A\r\n1234\r\n6789\r\n"
            + Integer.toHexString(data.length())
            + "\r\n"
            + data
            + "\r\n0;last\r\nX-Sum: 1\r\n\r\n";
    String request = head + body;
    try (ScriptedInstance upstream = up(new ScriptedInstance(script))) {
      List<String> parts = new ArrayList<>();
      for (int i = 0; i < 200; i += 7) {
        parts.add(request.substring(i, i + 7));
      }
      parts.add(request.substring(203));
      assertThat(rawInParts(parts.toArray(String[]::new))).startsWith("HTTP/1.1 200 ");
      assertThat(got.get(20, TimeUnit.SECONDS)).isEqualTo("123451234\r\n6789" + data);
      assertThat(upstream.heads()).hasSize(1);
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

  /** What the chunks hold, up to the last one. */
  private static String unchunked(InputStream in) throws IOException {
    StringBuilder data = new StringBuilder();
    while (true) {
      StringBuilder size = new StringBuilder();
      for (int next = in.read(); next != '\n'; next = in.read()) {
        size.append((char) next);
      }
      int length = Integer.parseInt(size.toString().strip(), 16);
      if (length == 0) {
        return data.toString();
      }
      data.append(new String(in.readNBytes(length), StandardCharsets.ISO_8859_1));
      in.skipNBytes(2);
    }
  }

  private static Arguments request(String what, String method, String fields, String body) {
    return Arguments.of(
        what, method + " /up/ HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n\r\n" + body);
  }

  private static Arguments chunk(String what, String size) {
    return request(what, "POST", "Transfer-Encoding: chunked", size + "\r\n12345\r\n0\r\n\r\n");
  }

  private static Arguments line(String what, String line) {
    return raw(what, line + "\r\nHost: a\r\n\r\n");
  }

  private static Arguments host(String what, String host) {
    return raw(what, "GET /up/ HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
  }

  private static Arguments raw(String what, String bytes) {
    return Arguments.of(what, bytes);
  }
}
