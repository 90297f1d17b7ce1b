package zaguan.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import zaguan.gateway.catalog.Catalog;

/** What is sent again, to whom, and what is not. */
@Timeout(60)
class RetryTest extends GatewayByItself {

  private static final int REQUESTS = 30;

  RetryTest() throws IOException {}

  @ParameterizedTest
  @ValueSource(strings = {"GET", "POST"})
  void anInstanceThatRefusesIsPassedOverForEveryMethod(String method) throws Exception {
    try (ScriptedInstance good = new ScriptedInstance(RetryTest::ok, true)) {
      two(closedPort(), good.port());
      for (int i = 0; i < REQUESTS; i++) {
        assertThat(send(method).statusCode()).isEqualTo(200);
      }
      assertThat(good.heads()).hasSize(REQUESTS);
    }
  }

  @Test
  void aResetBeforeTheResponseIsRetriedElsewhereIfTheMethodIsIdempotent() throws Exception {
    try (ScriptedInstance bad = new ScriptedInstance((in, out) -> {});
        ScriptedInstance good = new ScriptedInstance(RetryTest::ok, true)) {
      two(bad.port(), good.port());
      for (int i = 0; i < REQUESTS; i++) {
        assertThat(send("PUT").statusCode()).isEqualTo(200);
      }
      assertThat(bad.heads()).isNotEmpty();
      assertThat(good.heads()).hasSize(REQUESTS);
    }
  }

  @Test
  void aPostThatMayHaveBeenSeenIsNeverSentTwice() throws Exception {
    try (ScriptedInstance bad = new ScriptedInstance((in, out) -> in.readNBytes(5));
        ScriptedInstance good = new ScriptedInstance(RetryTest::ok, true)) {
      two(bad.port(), good.port());
      int failed = 0;
      for (int i = 0; i < REQUESTS; i++) {
        int status = send("POST").statusCode();
        assertThat(status).isIn(200, 502);
        failed += status == 502 ? 1 : 0;
      }
      assertThat(failed).isPositive().isEqualTo(bad.heads().size());
      assertThat(bad.heads().size() + good.heads().size()).isEqualTo(REQUESTS);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {502, 503, 504})
  void whatAnInstanceCannotAnswerAnotherIsAsked(int status) throws Exception {
    try (ScriptedInstance bad = new ScriptedInstance((in, out) -> answer(status, out), true);
        ScriptedInstance good = new ScriptedInstance(RetryTest::ok, true)) {
      two(bad.port(), good.port());
      for (int i = 0; i < REQUESTS; i++) {
        assertThat(send("DELETE").statusCode()).isEqualTo(200);
      }
      assertThat(bad.heads()).isNotEmpty();
      assertThat(good.heads()).hasSize(REQUESTS);
    }
  }

  @Test
  void ofA503ToAPostNothingIsHidden() throws Exception {
    try (ScriptedInstance bad = new ScriptedInstance((in, out) -> answer(503, out), true)) {
      two(bad.port(), bad.port());
      assertThat(send("POST").statusCode()).isEqualTo(503);
      assertThat(bad.heads()).hasSize(1);
    }
  }

  @Test
  void anErrorOfTheApplicationIsItsAnswer() throws Exception {
    try (ScriptedInstance bad = new ScriptedInstance((in, out) -> answer(500, out), true)) {
      two(bad.port(), bad.port());
      assertThat(send("GET").statusCode()).isEqualTo(500);
      assertThat(bad.heads()).hasSize(1);
    }
  }

  @Test
  void aSmallBodyIsSentAgainWhole() throws Exception {
    String body = "x".repeat(60_000);
    ScriptedInstance.Script count =
        (in, out) -> {
          int read = in.readNBytes(body.length()).length;
          ScriptedInstance.write(out, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n" + read);
        };
    ScriptedInstance.Script reset = (in, out) -> in.readNBytes(body.length());
    try (ScriptedInstance bad = new ScriptedInstance(reset);
        ScriptedInstance good = new ScriptedInstance(count, true)) {
      two(bad.port(), good.port());
      for (int i = 0; i < 10; i++) {
        HttpResponse<String> answer =
            client.send(
                request("/up/").PUT(BodyPublishers.ofString(body)).build(),
                BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("60000");
      }
      assertThat(bad.heads()).isNotEmpty();
    }
  }

  @Test
  void aLargeBodyIsNotSentAgain() throws Exception {
    String body = "x".repeat(100_000);
    ScriptedInstance.Script reset = (in, out) -> in.readNBytes(body.length());
    try (ScriptedInstance bad = new ScriptedInstance(reset);
        ScriptedInstance other = new ScriptedInstance(reset)) {
      two(bad.port(), other.port());
      HttpResponse<String> answer =
          client.send(
              request("/up/").PUT(BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
      assertThat(answer.statusCode()).isEqualTo(502);
      assertThat(bad.heads().size() + other.heads().size()).isEqualTo(1);
    }
  }

  @Test
  void anInstanceThatCannotBeReachedIsPassedOver() throws Exception {
    // A listener that accepts nothing, and whose queue is full: no answer to a connection.
    try (ServerSocket deaf = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Socket first = new Socket(deaf.getInetAddress(), deaf.getLocalPort());
        Socket second = new Socket(deaf.getInetAddress(), deaf.getLocalPort());
        ScriptedInstance good = new ScriptedInstance(RetryTest::ok, true)) {
      assertThat(first.isConnected() && second.isConnected()).isTrue();
      consul.register("up-1", "up", deaf.getLocalPort(), Map.of("connect-timeout", "100ms"));
      consul.register("up-2", "up", good.port());
      awaitTwo();
      for (int i = 0; i < REQUESTS; i++) {
        assertThat(send("POST").statusCode()).isEqualTo(200);
      }
      assertThat(good.heads()).hasSize(REQUESTS);
    }
  }

  @Test
  void aConnectionThatTheInstanceClosedMeanwhileCostsNoRequest() throws Exception {
    // Says nothing of closing, and closes: the gateway finds out when it sends the next request.
    try (ScriptedInstance only = new ScriptedInstance(RetryTest::ok)) {
      up(only.port());
      for (int i = 0; i < 200; i++) {
        assertThat(send("GET").statusCode()).isEqualTo(200);
      }
      assertThat(only.heads()).hasSize(200);
    }
  }

  @Test
  void anInstanceThatIsSilentForLongIsNotWaitedFor() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    try (ScriptedInstance silent = new ScriptedInstance((in, out) -> awaitLatch(end));
        ScriptedInstance good = new ScriptedInstance(RetryTest::ok, true)) {
      // The response timeout is 1 s here, and the attempt gets less.
      consul.register("up-1", "up", silent.port(), Map.of("attempt-timeout", "200ms"));
      consul.register("up-2", "up", good.port());
      awaitTwo();
      for (int i = 0; i < REQUESTS; i++) {
        assertThat(send("GET").statusCode()).isEqualTo(200);
      }
      assertThat(silent.heads()).isNotEmpty().hasSizeLessThan(5);
    } finally {
      end.countDown();
    }
  }

  @Test
  void retriesEndWhenTheirBudgetIsSpent() throws Exception {
    try (ScriptedInstance bad = new ScriptedInstance((in, out) -> answer(503, out), true);
        ScriptedInstance worse = new ScriptedInstance((in, out) -> answer(503, out), true)) {
      two(bad.port(), worse.port());
      int asked = 300;
      for (int i = 0; i < asked; i++) {
        assertThat(send("GET").statusCode()).isEqualTo(503);
      }
      int sent = bad.heads().size() + worse.heads().size();
      // 20 % of all, and 10 a second, of which there may have been some.
      assertThat(sent).isGreaterThan(asked + asked / 10).isLessThan(asked * 2 - asked / 5);
    }
  }

  private void two(int one, int other) throws Exception {
    consul.register("up-1", "up", one);
    consul.register("up-2", "up", other);
    awaitTwo();
  }

  private void awaitTwo() {
    Catalog catalog = gateway.getApplicationContext().getBean(Catalog.class);
    await()
        .until(
            () ->
                catalog.current().service("up") != null
                    && catalog.current().service("up").instances().size() == 2);
  }

  private HttpResponse<String> send(String method) throws Exception {
    var body = method.startsWith("P") ? BodyPublishers.ofString("12345") : BodyPublishers.noBody();
    return client.send(request("/up/").method(method, body).build(), BodyHandlers.ofString());
  }

  private static void ok(InputStream in, OutputStream out) throws IOException {
    ScriptedInstance.write(out, OK);
  }

  private static void answer(int status, OutputStream out) throws IOException {
    ScriptedInstance.write(out, "HTTP/1.1 " + status + " X\r\nContent-Length: 2\r\n\r\nno");
  }

  private static int closedPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
