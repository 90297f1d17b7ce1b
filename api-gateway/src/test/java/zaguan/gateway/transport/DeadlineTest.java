package zaguan.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.runtime.server.EmbeddedServer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How long a response may take, as callers say it and as instances are told. */
@Timeout(60)
class DeadlineTest extends GatewayByItself {

  private static final Pattern DEADLINE = Pattern.compile("(?i)\r\nX-Deadline-Ms: (\\d+)\r\n");

  DeadlineTest() throws IOException {}

  @Test
  void anInstanceIsToldHowLongItHas() throws Exception {
    try (ScriptedInstance instance = up(ScriptedInstance.answering(OK))) {
      assertThat(get("/up/").statusCode()).isEqualTo(200);
      assertThat(told(instance)).isBetween(800, 1000);
    }
  }

  @Test
  void aCallersDeadlineIsSentOn() throws Exception {
    try (ScriptedInstance instance = up(ScriptedInstance.answering(OK))) {
      assertThat(ask("300").statusCode()).isEqualTo(200);
      assertThat(told(instance)).isBetween(1, 300);
    }
  }

  @Test
  void aCallerIsAnsweredWhenItsTimeIsOver() throws Exception {
    try (ScriptedInstance mute = up(new ScriptedInstance((in, out) -> in.read()))) {
      long began = System.nanoTime();
      HttpResponse<String> answer = ask("200");
      assertProblem(answer, 504);
      assertThat(answer.body())
          .contains("X-Deadline-Ms was over before up had begun its response.");
      assertThat(System.nanoTime() - began).isBetween(190_000_000L, 900_000_000L);
      assertThat(mute.heads()).hasSize(1);
    }
  }

  /** Else an instance would be blamed for the haste of its callers. */
  @Test
  void callersWithoutPatienceEjectNoInstance() throws Exception {
    try (ScriptedInstance slow =
        up(
            new ScriptedInstance(
                (in, out) -> {
                  sleep(300);
                  ScriptedInstance.write(out, OK);
                }))) {
      for (int i = 0; i < 6; i++) {
        assertThat(ask("100").statusCode()).isEqualTo(504);
      }
      assertThat(ask("900").statusCode()).isEqualTo(200);
      assertThat(slow.heads()).hasSize(7);
    }
  }

  @Test
  void forACallerWithoutTimeNoInstanceIsAsked() throws Exception {
    try (ScriptedInstance instance = up(ScriptedInstance.answering(OK))) {
      assertProblem(ask("0"), 504);
      assertThat(instance.heads()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"soon", "-1", "1.5", "1234567890", "5 ms"})
  void whatIsNoDeadlineIsAsNone(String value) throws Exception {
    try (ScriptedInstance instance = up(ScriptedInstance.answering(OK))) {
      assertThat(ask(value).statusCode()).isEqualTo(200);
      assertThat(told(instance)).isBetween(800, 1000);
    }
  }

  @Test
  void aClientThatIsNotTrustedHasNoSay() throws Exception {
    try (ScriptedInstance instance = up(ScriptedInstance.answering(OK));
        EmbeddedServer distrusting = another(Map.of("gateway.trusted-proxies", "10.0.0.0/8"))) {
      await(distrusting);
      String answer =
          raw(
              distrusting.getPort(),
              lines(
                  "GET /up/ HTTP/1.1",
                  "Host: h",
                  "X-Deadline-Ms: 0",
                  "X_Deadline_Ms: 7",
                  "Connection: close"));
      assertThat(answer).startsWith("HTTP/1.1 200 ");
      assertThat(told(instance)).isBetween(14_000, 15_000);
      assertThat(instance.heads().getFirst()).doesNotContain("X_Deadline");
    }
  }

  private HttpResponse<String> ask(String deadline) throws IOException, InterruptedException {
    return client.send(
        request("/up/").header("X-Deadline-Ms", deadline).build(), BodyHandlers.ofString());
  }

  private void await(EmbeddedServer server) {
    org.awaitility.Awaitility.await().until(() -> get(server, "/").body().contains("/up/"));
  }

  /** What the last request said. */
  private static int told(ScriptedInstance instance) {
    Matcher matcher = DEADLINE.matcher(instance.heads().getLast());
    assertThat(matcher.find()).as(instance.heads().getLast()).isTrue();
    int millis = Integer.parseInt(matcher.group(1));
    assertThat(matcher.find()).as("a second deadline").isFalse();
    return millis;
  }

  private static void sleep(long millis) throws IOException {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }
}
