package zaguan.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.is;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import zaguan.gateway.catalog.Catalog;

/**
 * A request that takes longer than the attempt timeout: another instance is asked beside the first,
 * where that can do no harm, and what begins to answer first is the answer. Which instance is the
 * first is chance, so all of them do what the order of the requests says.
 */
class BesideTest extends GatewayByItself {

  /** Of a request that ends by its own only. */
  private final CountDownLatch end = new CountDownLatch(1);

  private final AtomicInteger asked = new AtomicInteger();
  private final AtomicInteger givenUp = new AtomicInteger();
  private final List<ScriptedInstance> instances = new ArrayList<>();

  BesideTest() throws IOException {}

  @AfterEach
  void stop() throws IOException {
    end.countDown();
    for (ScriptedInstance instance : instances) {
      instance.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD", "OPTIONS"})
  void theFirstGoesOnAndItsAnswerIsTakenIfItIsTheFirstToAnswer(String method) throws Exception {
    up(3, Map.of(), afterMillis(1_500, "first"), this::silent);
    HttpResponse<String> answer = send(method);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("x-instance")).contains("first");
    assertThat(asked).hasValue(2);
    await().untilAtomic(givenUp, is(1));
  }

  @Test
  void theAnswerOfTheSecondIsTakenAndTheFirstIsGivenUp() throws Exception {
    up(3, Map.of(), this::silent, afterMillis(0, "second"));
    HttpResponse<String> answer = send("GET");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("x-instance")).contains("second");
    await().untilAtomic(givenUp, is(1));
    assertThat(asked).hasValue(2);
  }

  @Test
  void aBodyIsSentToTheSecondToo() throws Exception {
    up(2, Map.of(), this::silent, BesideTest::echo);
    HttpResponse<String> answer =
        client.send(
            request("/up/").method("GET", BodyPublishers.ofString("question")).build(),
            BodyHandlers.ofString());
    assertThat(answer.body()).isEqualTo("question");
  }

  @ParameterizedTest
  @ValueSource(strings = {"PUT", "DELETE", "POST"})
  void whatMayChangeSomethingWaitsForTheFirst(String method) throws Exception {
    up(3, Map.of(), afterMillis(1_500, "first"), afterMillis(0, "second"));
    HttpResponse<String> answer = send(method);
    assertThat(answer.headers().firstValue("x-instance")).contains("first");
    assertThat(asked).hasValue(1);
  }

  @Test
  void aZeroMeansNever() throws Exception {
    up(3, Map.of("attempt-timeout", "0s"), afterMillis(1_500, "first"), afterMillis(0, "second"));
    assertThat(send("GET").headers().firstValue("x-instance")).contains("first");
    assertThat(asked).hasValue(1);
  }

  @Test
  void withoutAnotherInstanceTheFirstHasUntilTheDeadline() throws Exception {
    up(1, Map.of(), afterMillis(1_500, "first"));
    assertThat(send("GET").headers().firstValue("x-instance")).contains("first");
    assertThat(asked).hasValue(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {502, 503, 504})
  void aSecondThatCannotIsNoAnswerWhileTheFirstGoesOn(int status) throws Exception {
    up(2, Map.of(), afterMillis(1_500, "first"), (in, out) -> answer(status, "second", out));
    HttpResponse<String> answer = send("GET");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("x-instance")).contains("first");
    assertThat(asked).hasValue(2);
  }

  @Test
  void aFirstThatBreaksOffIsNoAnswerWhileTheSecondGoesOn() throws Exception {
    up(2, Map.of(), (in, out) -> sleep(1_000), afterMillis(1_500, "second"));
    HttpResponse<String> answer = send("GET");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("x-instance")).contains("second");
    assertThat(asked).hasValue(2);
  }

  @Test
  void theLastThatFailsIsTheAnswer() throws Exception {
    up(2, Map.of(), (in, out) -> sleep(1_000), (in, out) -> answer(503, "second", out));
    assertThat(send("GET").statusCode()).isEqualTo(502);
    assertThat(asked).hasValue(2);
  }

  @Test
  void aThirdIsAskedOnlyInPlaceOfOneThatFailed() throws Exception {
    up(
        4,
        Map.of(),
        this::silent,
        (in, out) -> answer(503, "second", out),
        afterMillis(600, "third"),
        afterMillis(0, "fourth"));
    assertThat(send("GET").headers().firstValue("x-instance")).contains("third");
    assertThat(asked).hasValue(3);
    await().untilAtomic(givenUp, is(1));
  }

  @Test
  void neverMoreThanTwoAreAskedAtOnceAndTheDeadlineEndsBoth() throws Exception {
    up(4, Map.of("response-timeout", "2s"), this::silent, this::silent, this::silent, this::silent);
    assertProblem(send("GET"), 504);
    assertThat(asked).hasValue(2);
    await().untilAtomic(givenUp, is(2));
  }

  @Test
  void aClientThatLeavesEndsBoth() throws Exception {
    up(2, Map.of("response-timeout", "1m"), this::silent, this::silent);
    var waiting = client.sendAsync(request("/up/").GET().build(), BodyHandlers.ofString());
    await().untilAtomic(asked, is(2));
    waiting.cancel(true);
    await().untilAtomic(givenUp, is(2));
  }

  @Test
  void whatIsAskedBesideIsOfTheRetryBudget() throws Exception {
    up(2, Map.of("attempt-timeout", "50ms", "response-timeout", "10s"), afterMillis(200, "any"));
    int requests = 200;
    List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
    for (int i = 0; i < requests; i++) {
      answers.add(client.sendAsync(request("/up/").build(), BodyHandlers.ofString()));
    }
    for (var answer : answers) {
      assertThat(answer.get().statusCode()).isEqualTo(200);
    }
    // 20 % of all, and 10 a second, of which there may have been some.
    assertThat(asked.get()).isGreaterThan(requests + 10).isLessThan(requests + requests / 2);
  }

  /** Instances that do what the order of requests says; the last script goes on. */
  private void up(int count, Map<String, String> meta, ScriptedInstance.Script... scripts)
      throws Exception {
    Map<String, String> all =
        new HashMap<>(Map.of("attempt-timeout", "300ms", "response-timeout", "8s"));
    all.putAll(meta);
    for (int i = 0; i < count; i++) {
      ScriptedInstance instance =
          new ScriptedInstance(
              (in, out) ->
                  scripts[Math.min(asked.getAndIncrement(), scripts.length - 1)].answer(in, out));
      instances.add(instance);
      consul.register("up-" + i, "up", instance.port(), all);
    }
    Catalog catalog = gateway.getApplicationContext().getBean(Catalog.class);
    await()
        .until(
            () ->
                catalog.current().service("up") != null
                    && catalog.current().service("up").instances().size() == count);
  }

  private HttpResponse<String> send(String method) throws Exception {
    var body = method.startsWith("P") ? BodyPublishers.ofString("12345") : BodyPublishers.noBody();
    return client.send(request("/up/").method(method, body).build(), BodyHandlers.ofString());
  }

  /** Says nothing, and sees its connection end. */
  private void silent(InputStream in, OutputStream out) throws IOException {
    while (in.read() >= 0) {
      // Of a body.
    }
    givenUp.incrementAndGet();
  }

  private static void echo(InputStream in, OutputStream out) throws IOException {
    String body = new String(in.readNBytes("question".length()), StandardCharsets.US_ASCII);
    ScriptedInstance.write(out, "HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n" + body);
  }

  private static ScriptedInstance.Script afterMillis(long millis, String name) {
    return (in, out) -> {
      sleep(millis);
      answer(200, name, out);
    };
  }

  private static void answer(int status, String name, OutputStream out) throws IOException {
    ScriptedInstance.write(
        out, "HTTP/1.1 " + status + " X\r\nX-Instance: " + name + "\r\nContent-Length: 0\r\n\r\n");
  }

  private static void sleep(long millis) throws IOException {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }
}
