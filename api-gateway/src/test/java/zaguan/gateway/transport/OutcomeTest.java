package zaguan.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import zaguan.gateway.catalog.Catalog;

/** What the client is told when no instance answers, and what the gateway says of itself. */
@Timeout(120)
class OutcomeTest extends GatewayByItself {

  OutcomeTest() throws IOException {}

  @Test
  void anInstanceThatRefusesIs502() throws Exception {
    int closed;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      closed = socket.getLocalPort();
    }
    up(closed);
    assertProblem(get("/up/"), 502);
  }

  @Test
  void anInstanceThatBreaksOffBeforeItAnswersIs502() throws Exception {
    try (ScriptedInstance upstream = up(new ScriptedInstance((in, out) -> {}))) {
      assertProblem(get("/up/"), 502);
      assertThat(upstream.heads()).hasSize(1);
    }
  }

  @Test
  void aClientThatAsksToCloseIsClosedOnAnErrorToo() throws Exception {
    try (ScriptedInstance upstream = up(new ScriptedInstance((in, out) -> {}))) {
      assertThat(raw(lines("GET /up/ HTTP/1.1", "Host: h", "Connection: close")))
          .startsWith("HTTP/1.1 502 ");
      assertThat(upstream.heads()).hasSize(1);
    }
  }

  @Test
  void anInstanceThatBreaksOffInItsBodyEndsTheClientsConnectionToo() throws Exception {
    try (ScriptedInstance upstream =
        up(ScriptedInstance.answering("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this"))) {
      assertThatThrownBy(() -> get("/up/")).isInstanceOf(IOException.class);
      assertThat(upstream.heads()).hasSize(1);
    }
  }

  @Test
  void anInstanceThatHangsIs504() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    try (ScriptedInstance upstream = up(new ScriptedInstance((in, out) -> awaitLatch(end)))) {
      assertProblem(get("/up/"), 504);
      assertThat(upstream.heads()).hasSize(1);
    } finally {
      end.countDown();
    }
  }

  @Test
  void anUnknownServiceIs404AndAKnownOneWithoutInstancesIs503() throws Exception {
    consul.register("asleep-1", "asleep", 1, Map.of(), "critical");
    await().untilAsserted(() -> assertThat(get("/asleep/").statusCode()).isEqualTo(503));
    HttpResponse<String> asleep = get("/asleep/");
    assertProblem(asleep, 503);
    assertThat(asleep.headers().firstValue("retry-after")).contains("1");
    assertProblem(get("/nobody/"), 404);
  }

  @Test
  void aServiceWhoseLastInstanceLeftIs503UntilItReturns() throws Exception {
    try (ScriptedInstance upstream = up(ScriptedInstance.answering(OK))) {
      assertThat(get("/up/").statusCode()).isEqualTo(200);
      consul.deregister("up-1");
      await().untilAsserted(() -> assertThat(get("/up/").statusCode()).isEqualTo(503));
      HttpResponse<String> none = get("/up/");
      assertProblem(none, 503);
      assertThat(none.headers().firstValue("retry-after")).contains("1");
      consul.register("up-2", "up", upstream.port());
      await().untilAsserted(() -> assertThat(get("/up/").statusCode()).isEqualTo(200));
    }
  }

  @Test
  void beforeConsulHasAnsweredEverythingIs503AndTheGatewayIsNotReady() throws Exception {
    consul.failing(true);
    try (EmbeddedServer early =
        ApplicationContext.run(
            EmbeddedServer.class, Map.of("discovery.consul.address", consul.address()), "test")) {
      HttpResponse<String> answer = get(early, "/up/");
      assertProblem(answer, 503);
      assertThat(answer.headers().firstValue("retry-after")).contains("1");
      assertThat(get(early, "/-/health/readiness").statusCode()).isEqualTo(503);
      assertThat(get(early, "/-/health/liveness").statusCode()).isEqualTo(200);
      consul.failing(false);
      await()
          .untilAsserted(
              () -> assertThat(get(early, "/-/health/readiness").statusCode()).isEqualTo(200));
      consul.failing(true);
      await().until(() -> early.getApplicationContext().getBean(Catalog.class).consulAway());
      assertThat(get(early, "/-/health/readiness").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void theGatewaysOwnErrorsAreProblemsToo() throws Exception {
    assertProblem(get("/-/nothing"), 404);
    assertProblem(
        client.send(
            request("/").POST(BodyPublishers.ofString("x")).build(), BodyHandlers.ofString()),
        405);
  }
}
