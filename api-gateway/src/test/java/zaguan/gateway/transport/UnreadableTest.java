package zaguan.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import zaguan.discovery.balancing.Endpoint;
import zaguan.gateway.routing.Routes;

/** An instance that sends what is no HTTP, and what is said of it. */
@Timeout(60)
class UnreadableTest extends GatewayByItself {

  private static final String BOTH_FRAMINGS =
      "HTTP/1.1 200 OK\r\nContent-Length: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";

  UnreadableTest() throws IOException {}

  @ParameterizedTest
  @ValueSource(
      strings = {
        BOTH_FRAMINGS,
        "HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\nok",
        "HTTP/1.1 200 OK\r\nX-A: a\0b\r\nContent-Length: 2\r\n\r\nok",
        "no HTTP at all\r\n\r\n",
      })
  void is502AndALineInTheLogThatSaysWhatWasWrong(String response) throws Exception {
    try (ScriptedInstance upstream = up(ScriptedInstance.answering(response))) {
      HttpResponse<String> answer;
      String log;
      try (Log captured = new Log()) {
        answer = get("/up/odd?secret");
        log = captured.text();
      }
      assertProblem(answer, 502);
      assertThat(answer.body()).contains("sent a response that cannot be read");
      String id = answer.headers().firstValue("x-request-id").orElseThrow();
      assertThat(log.lines().filter(line -> line.contains(id)))
          .singleElement()
          .asString()
          .contains("up at 127.0.0.1:" + upstream.port() + " sent what is no valid HTTP")
          .contains("request " + id + ": ")
          .doesNotEndWith(": ");
      assertThat(upstream.heads()).hasSize(1);
    }
  }

  @Test
  void whatItSendsNeverMakesTheLogLong() throws Exception {
    String long0 = "HTTP/1.1 200 OK\r\n" + "x".repeat(50_000) + "\r\nContent-Length: 0\r\n\r\n";
    try (ScriptedInstance upstream = up(ScriptedInstance.answering(long0))) {
      try (Log captured = new Log()) {
        for (int i = 0; i < 50; i++) {
          assertProblem(get("/up/" + i), 502);
        }
        assertThat(captured.text()).contains("no valid HTTP").hasSizeLessThan(5_000);
      }
      assertThat(upstream.heads()).hasSize(50);
    }
  }

  @Test
  void inTheMiddleOfABodyTheLogSaysItTooAndTheClientSeesTheEnd() throws Exception {
    String broken = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n12345\r\nzz\r\n";
    try (ScriptedInstance upstream = up(ScriptedInstance.answering(broken));
        Log captured = new Log()) {
      assertThat(raw(lines("GET /up/ HTTP/1.1", "Host: h"))).doesNotContain("\r\n0\r\n");
      assertThat(captured.text().lines().filter(line -> line.contains("no valid HTTP"))).hasSize(1);
      assertThat(upstream.heads()).hasSize(1);
    }
  }

  @Test
  void oneOddPathSetsNoInstanceAside() throws Exception {
    ScriptedInstance.Script script = (in, out) -> ScriptedInstance.write(out, BOTH_FRAMINGS);
    try (ScriptedInstance first = up(new ScriptedInstance(script));
        ScriptedInstance second = new ScriptedInstance(script)) {
      consul.register("up-2", "up", second.port());
      await().until(() -> endpoints().size() == 2);
      for (int i = 0; i < 50; i++) {
        assertThat(get("/up/odd?" + i).statusCode()).isEqualTo(502);
      }
      assertThat(endpoints()).noneMatch(Endpoint::ejected);
      for (int i = 0; i < 50; i++) {
        assertThat(get("/up/any/" + i).statusCode()).isEqualTo(502);
      }
      assertThat(endpoints()).filteredOn(Endpoint::ejected).hasSize(1);
      assertThat(first.heads()).isNotEmpty();
    }
  }

  private List<Endpoint> endpoints() {
    return gateway
        .getApplicationContext()
        .getBean(Routes.class)
        .current()
        .routes()
        .getFirst()
        .upstream()
        .list();
  }

  /** What the log says meanwhile. */
  private static final class Log implements AutoCloseable {

    private final PrintStream before = System.out;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    Log() {
      System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    }

    String text() {
      return bytes.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
      System.setOut(before);
    }
  }
}
