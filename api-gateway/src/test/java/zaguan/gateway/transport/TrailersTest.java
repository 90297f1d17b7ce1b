package zaguan.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Fields behind a body, both ways. */
@Timeout(60)
class TrailersTest extends GatewayByItself {

  private static final String BODY = "5\r\n12345\r\n0\r\n";

  private static final String MANY =
      Stream.of(
              "Host",
              "Authorization",
              "Cookie",
              "Set-Cookie",
              "X-Forwarded-For",
              "X_Forwarded_For",
              "Connection",
              "Content-Type",
              "Content-Length",
              "Transfer-Encoding",
              "Cache-Control",
              "X-Request-ID",
              "Trailer")
          .map(name -> name + ": evil\r\n")
          .collect(Collectors.joining());

  TrailersTest() throws IOException {}

  @Test
  void whatMustBeInAHeadIsDroppedBothWaysAndTheRestPasses() throws Exception {
    List<String> bodies = new CopyOnWriteArrayList<>();
    ScriptedInstance.Script script =
        (in, out) -> {
          bodies.add(body(in));
          ScriptedInstance.write(
              out,
              lines("HTTP/1.1 200 OK", "Transfer-Encoding: chunked")
                  + BODY
                  + MANY
                  + "Server-Timing: a;dur=1\r\nGrpc-Status: 0\r\n\r\n");
        };
    try (ScriptedInstance upstream = up(new ScriptedInstance(script))) {
      String answer = raw(post() + BODY + MANY + "X-Sum: 15\r\nContent-MD5: abc=\r\n\r\n");
      assertThat(bodies).containsExactly(BODY + "X-Sum: 15\r\nContent-MD5: abc=\r\n\r\n");
      assertThat(answer)
          .endsWith("\r\n\r\n" + BODY + "Server-Timing: a;dur=1\r\nGrpc-Status: 0\r\n\r\n")
          .doesNotContain("evil");
      assertThat(upstream.heads().getFirst()).doesNotContain("evil");
    }
  }

  @Test
  void aBodyWhoseTrailersAreAllDroppedEndsAllTheSame() throws Exception {
    List<String> bodies = new CopyOnWriteArrayList<>();
    ScriptedInstance.Script script =
        (in, out) -> {
          bodies.add(body(in));
          ScriptedInstance.write(
              out, lines("HTTP/1.1 200 OK", "Transfer-Encoding: chunked") + BODY + MANY + "\r\n");
        };
    try (ScriptedInstance upstream = up(new ScriptedInstance(script))) {
      assertThat(raw(post() + BODY + MANY + "\r\n")).endsWith("\r\n\r\n" + BODY + "\r\n");
      assertThat(bodies).containsExactly(BODY + "\r\n");
      assertThat(upstream.heads()).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X-Sum: 1\r\n 5\r\n\r\n",
        "X-Sum: 1\r\n\t5\r\n\r\n",
        " X-Sum: 15\r\n\r\n",
        "X-Sum: 1\r\nX-Other: 2\r\n Host: evil\r\n\r\n",
        "Content-Length: 1\r\n 5\r\n\r\n",
        "Trailer: 1\r\n Host: evil\r\n\r\n",
        "X-Sum : 15\r\n\r\n",
        "X-Sum\r\n\r\n",
        ": 15\r\n\r\n",
        "X-Sum: 1\0\r\n\r\n",
        "X-Sum: 15\nX-Other: 2\r\n\r\n",
      })
  void aFoldedOrMalformedTrailerIsRefused(String trailers) throws Exception {
    ScriptedInstance.Script script =
        (in, out) -> {
          body(in);
          ScriptedInstance.write(out, OK);
        };
    try (ScriptedInstance upstream = up(new ScriptedInstance(script))) {
      assertThat(raw(post() + BODY + trailers)).startsWith("HTTP/1.1 400 ");
      assertThat(upstream.heads()).isEmpty();
      for (int at = 1; at < trailers.length() - 2; at += 3) {
        assertThat(rawInParts(post() + BODY + trailers.substring(0, at), trailers.substring(at)))
            .startsWith("HTTP/1.1 400 ")
            .doesNotContain(" 200 ");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X-Sum: 1\r\n 5\r\n\r\n",
        "Content-Length: 1\r\n\t5\r\n\r\n",
        " X-Sum: 15\r\n\r\n"
      })
  void aFoldedTrailerOfAnInstanceBreaksTheResponseOff(String trailers) throws Exception {
    ScriptedInstance.Script script =
        (in, out) -> {
          body(in);
          ScriptedInstance.write(
              out, lines("HTTP/1.1 200 OK", "Transfer-Encoding: chunked") + BODY + trailers);
        };
    try (ScriptedInstance upstream = up(new ScriptedInstance(script))) {
      String answer = raw(post() + BODY + "\r\n");
      assertThat(answer).doesNotContain("\r\n0\r\n");
      assertThat(upstream.heads()).hasSize(1);
    }
  }

  @Test
  void aRequestBehindTrailersIsServed() throws Exception {
    ScriptedInstance.Script script =
        (in, out) -> {
          body(in);
          ScriptedInstance.write(
              out, lines("HTTP/1.1 200 OK", "Connection: close", "Content-Length: 2") + "ok");
        };
    try (ScriptedInstance upstream = up(new ScriptedInstance(script))) {
      String answer =
          raw(
              lines("POST /up/1 HTTP/1.1", "Host: h", "Transfer-Encoding: chunked")
                  + BODY
                  + "X-Sum: 15\r\n\r\n"
                  + post()
                  + BODY
                  + "\r\n");
      assertThat(answer.split("HTTP/1.1 200 ", -1)).hasSize(3);
      assertThat(upstream.heads()).hasSize(2);
    }
  }

  private static String post() {
    return lines(
        "POST /up/ HTTP/1.1", "Host: h", "Connection: close", "Transfer-Encoding: chunked");
  }

  /** Up to the empty line behind the last chunk. */
  private static String body(InputStream in) throws IOException {
    StringBuilder body = new StringBuilder();
    while (body.indexOf("0\r\n") < 0 || !body.toString().endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("ended with " + body);
      }
      body.append((char) next);
    }
    return body.toString();
  }
}
