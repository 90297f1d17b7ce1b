package zaguan.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.is;

import io.micronaut.runtime.server.EmbeddedServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import zaguan.discovery.catalog.Service;
import zaguan.gateway.FakeNomad;
import zaguan.gateway.catalog.Catalog;

/** Requests for a service that has no instance, and says which Nomad job is its. */
@Timeout(120)
class FromZeroTest extends GatewayByItself {

  private static final Map<String, String> META = Map.of("nomad-job", "job", "nomad-group", "web");

  private static final Map<String, Object> SLEEPY =
      Map.of("gateway.sleep-after", "1s", "gateway.leave", "0s", "gateway.finish", "0s");

  private final ScriptedInstance instance =
      new ScriptedInstance(
          (in, out) ->
              ScriptedInstance.write(
                  out, isReady() ? OK : "HTTP/1.1 503 Not Yet\r\nContent-Length: 0\r\n\r\n"));
  private final FakeNomad nomad = new FakeNomad(instance.port());
  private volatile boolean ready = true;

  FromZeroTest() throws IOException {}

  @AfterEach
  void closeAll() throws IOException {
    nomad.close();
    instance.close();
  }

  @Test
  void theFirstRequestWakesTheService() throws Exception {
    try (EmbeddedServer server = asleep(Map.of())) {
      HttpResponse<String> answer = get(server, "/up/orders");
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(nomad.scaledTo()).containsExactly(1);
      assertThat(instance.heads().getFirst()).startsWith("GET /ready ");
      assertThat(instance.heads().getLast()).startsWith("GET /orders ");
    }
  }

  @Test
  void requestsThatArriveTogetherAreOneAskAndAllAnswered() throws Exception {
    try (EmbeddedServer one = asleep(Map.of());
        EmbeddedServer other = asleep(Map.of())) {
      ready = false;
      List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        answers.add(begin(i % 2 == 0 ? one : other));
      }
      await().until(() -> !nomad.scaledTo().isEmpty());
      ready = true;
      for (CompletableFuture<HttpResponse<String>> answer : answers) {
        assertThat(answer.get().statusCode()).isEqualTo(200);
      }
      assertThat(nomad.scaledTo()).containsExactly(1);
    }
  }

  @Test
  void aBodyThatCameMeanwhileIsSent() throws Exception {
    try (ScriptedInstance echo =
            new ScriptedInstance(
                (in, out) -> {
                  String body = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
                  ScriptedInstance.write(
                      out,
                      "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
                },
                true);
        FakeNomad itsNomad = new FakeNomad(echo.port());
        EmbeddedServer gateway = asleep(Map.of("gateway.nomad.address", itsNomad.address()))) {
      HttpResponse<String> answer =
          client.send(
              HttpRequest.newBuilder(gateway.getURI().resolve("/up/"))
                  .POST(BodyPublishers.ofString("x".repeat(200_000)))
                  .build(),
              BodyHandlers.ofString());
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body()).hasSize(200_000);
    }
  }

  @Test
  void whatConsulFindsHealthyEndsTheWaitToo() throws Exception {
    ready = false;
    try (EmbeddedServer server = asleep(Map.of())) {
      CompletableFuture<HttpResponse<String>> answer = begin(server);
      await().until(() -> !nomad.scaledTo().isEmpty());
      ready = true;
      consul.register("up-2", "up", instance.port(), META);
      assertThat(answer.get().statusCode()).isEqualTo(200);
    }
  }

  @Test
  void whereMoreWaitThanMayTheOthersAre503AtOnce() throws Exception {
    ready = false;
    try (EmbeddedServer server = asleep(Map.of("gateway.wake-queue", "2"))) {
      CompletableFuture<HttpResponse<String>> one = begin(server);
      CompletableFuture<HttpResponse<String>> two = begin(server);
      await().until(() -> !nomad.scaledTo().isEmpty());
      CompletableFuture<Object> refused = CompletableFuture.anyOf(one, two, begin(server));
      HttpResponse<?> answer = (HttpResponse<?>) refused.get();
      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(answer.headers().firstValue("retry-after")).contains("1");
      assertThat(answer.body().toString()).contains("up is waking up, and 2 requests wait for it");
      ready = true;
    }
  }

  @Test
  void pastTheDeadlineTheAnswerSaysHowFarItGot() throws Exception {
    ready = false;
    try (EmbeddedServer server = asleep(Map.of("gateway.wake-timeout", "1s"))) {
      HttpResponse<String> answer = get(server, "/up/");
      assertProblem(answer, 503);
      assertThat(answer.body())
          .contains("up did not wake within 1 s.")
          .contains("Its allocation 0a1b2c3d was placed, and is not ready yet.");
      assertThat(answer.headers().firstValue("retry-after")).isPresent();
    }
  }

  /** Its body came in more parts than are kept while nobody takes them. */
  @Test
  void whoWaitedInVainWithABodyInPartsMayAskAgain() throws Exception {
    ready = false;
    try (EmbeddedServer server = asleep(Map.of("gateway.wake-timeout", "3s"));
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.getPort())) {
      socket.setSoTimeout(SILENCE);
      socket.setTcpNoDelay(true);
      OutputStream out = socket.getOutputStream();
      ScriptedInstance.write(out, lines("POST /up/ HTTP/1.1", "Host: h", "Content-Length: 3000"));
      for (int sent = 0; sent < 3000; sent++) {
        out.write('x');
        TimeUnit.MICROSECONDS.sleep(300); // Each is a part.
      }
      ScriptedInstance.write(out, lines("GET /nowhere HTTP/1.1", "Host: h"));
      BufferedReader answers =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
      assertThat(answers.readLine()).isEqualTo("HTTP/1.1 503 Service Unavailable");
      assertThat(answers.lines().anyMatch(line -> line.endsWith("HTTP/1.1 404 Not Found")))
          .isTrue();
    }
  }

  @Test
  void whenAllClientsHaveLeftNomadIsAskedNothingMore() throws Exception {
    ready = false;
    try (EmbeddedServer server = asleep(Map.of())) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.getPort())) {
        ScriptedInstance.write(
            socket.getOutputStream(), lines("GET /up/ HTTP/1.1", "Host: h", "X: y"));
        await().until(() -> !nomad.scaledTo().isEmpty());
      }
      await().until(this::isLeftInPeace);
    }
  }

  @Test
  void aJobThatCannotBePlacedIsSaidSo() throws Exception {
    nomad.places(false);
    try (EmbeddedServer server = asleep(Map.of())) {
      assertFails(server, "Nomad cannot place the job job: memory exhausted on 1 nodes.");
    }
  }

  @Test
  void aFailedDeploymentIsSaidSo() throws Exception {
    ready = false;
    nomad.nextDeploymentFails();
    try (EmbeddedServer server = asleep(Map.of())) {
      assertFails(server, "The deployment of the job job failed: Failed due to progress deadline.");
    }
  }

  @Test
  void anAllocationThatFailsIsSaidSo() throws Exception {
    nomad.nextAllocationFails();
    try (EmbeddedServer server = asleep(Map.of())) {
      assertFails(server, "Its allocation 0a1b2c3d failed: Exit Code: 1.");
    }
  }

  @Test
  void aStoppedJobIsSaidSo() throws Exception {
    nomad.jobIsStopped();
    try (EmbeddedServer server = asleep(Map.of())) {
      assertFails(server, "The job job is stopped. Start it: nomad job start job");
    }
  }

  @Test
  void anUnreachableNomadIsSaidSo() throws Exception {
    try (EmbeddedServer server = asleep(Map.of())) {
      nomad.close();
      assertFails(server, "Nomad at http://" + nomad.address() + " cannot be asked to wake it");
    }
  }

  @Test
  void aServiceWhoseJobIsNoMoreIsForgotten() throws Exception {
    try (EmbeddedServer server = asleep(Map.of())) {
      nomad.forgetsTheJob();
      await().until(() -> get(server, "/up/").statusCode() == 404);
      assertThat(get(server, "/").body()).doesNotContain("/up/");
      try (EmbeddedServer later = another(Map.of())) {
        await().until(() -> get(later, "/up/").statusCode() == 404);
      }
    }
  }

  @Test
  void aServiceWithoutARouteIsForgottenWithItsJobToo() throws Exception {
    Map<String, String> meta = new HashMap<>(META);
    meta.put("route", "/taken");
    consul.register("taken-1", "taken", instance.port());
    try (EmbeddedServer server = another(Map.of("gateway.nomad.address", nomad.address()))) {
      await().until(() -> get(server, "/taken/").statusCode() == 200);
      consul.register("up-1", "up", instance.port(), meta);
      await().until(() -> consul.kept("zaguan/services/up") != null);
      consul.deregister("up-1");
      nomad.forgetsTheJob();
      await().until(() -> consul.kept("zaguan/services/up") == null);
      assertThat(get(server, "/taken/").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void aServiceThatIsBackAfterItWasForgottenIsServedAndRemembered() throws Exception {
    try (EmbeddedServer server = asleep(Map.of())) {
      nomad.forgetsTheJob();
      await().until(() -> get(server, "/up/").statusCode() == 404);
      nomad.knowsTheJob();
      consul.register("up-2", "up", instance.port(), META);
      await().until(() -> get(server, "/up/").statusCode() == 200);
      consul.deregister("up-2");
      Catalog catalog = server.getApplicationContext().getBean(Catalog.class);
      await().until(() -> instances(catalog), is(0));
      assertThat(get(server, "/up/").statusCode()).isEqualTo(200);
      assertThat(nomad.scaledTo()).containsExactly(1);
    }
  }

  @Test
  void aServiceThatIsServedGoesWithItsJob() throws Exception {
    try (EmbeddedServer server = another(Map.of("gateway.nomad.address", nomad.address()))) {
      consul.register("up-1", "up", instance.port(), META);
      await().until(() -> get(server, "/up/").statusCode() == 200);
      nomad.forgetsTheJob();
      consul.deregister("up-1");
      await().until(() -> get(server, "/up/").statusCode() == 404);
    }
  }

  @Test
  void aServiceThatDoesNotSayItsJobIsRememberedForAnHour() throws Exception {
    try (EmbeddedServer server = another(Map.of("gateway.nomad.address", nomad.address()))) {
      consul.register("up-1", "up", instance.port());
      await().until(() -> get(server, "/up/").statusCode() == 200);
      nomad.forgetsTheJob();
      consul.deregister("up-1");
      assertStays(server, "up has no healthy instance");
    }
  }

  @Test
  void whileNomadIsAwayNothingIsForgotten() throws Exception {
    nomad.failing(true);
    try (EmbeddedServer server = asleep(Map.of())) {
      assertStays(server, "cannot be asked to wake it");
      nomad.failing(false);
      await().untilAsserted(() -> assertThat(get(server, "/up/").statusCode()).isEqualTo(200));
    }
  }

  @Test
  void aServiceWhoseJobIsStoppedIsNotForgotten() throws Exception {
    nomad.jobIsStopped();
    try (EmbeddedServer server = asleep(Map.of())) {
      assertStays(server, "The job job is stopped");
    }
  }

  @Test
  void aServiceWhoseJobIsInAnotherNamespaceIsAsOneThatDoesNotSayIt() throws Exception {
    nomad.hasTheJobElsewhere();
    try (EmbeddedServer server = asleep(Map.of())) {
      await().until(() -> get(server, "/up/").body().contains("up has no healthy instance"));
      assertThat(get(server, "/up/").statusCode()).isEqualTo(503);
    }
  }

  @Test
  void whereTheStoreIsForbiddenAGatewayDoesWithoutAndLosesNothingElse() throws Exception {
    consul.forbidsTheStore();
    try (EmbeddedServer server = another(Map.of("gateway.nomad.address", nomad.address()))) {
      Catalog catalog = server.getApplicationContext().getBean(Catalog.class);
      consul.register("up-1", "up", instance.port(), META);
      await().until(() -> instances(catalog), is(1));
      consul.deregister("up-1");
      await().until(() -> instances(catalog), is(0));
      assertThat(get(server, "/up/").statusCode()).isEqualTo(200);
      assertThat(nomad.scaledTo()).containsExactly(1);
    }
  }

  @Test
  void whatCannotBeReadInTheStoreIsIgnored() throws Exception {
    consul.keeps("zaguan/services/odd", "no JSON");
    consul.keeps("zaguan/services/older", "{\"tags\": null}");
    try (EmbeddedServer server = asleep(Map.of())) {
      assertThat(get(server, "/up/").statusCode()).isEqualTo(200);
      assertThat(get(server, "/odd/").statusCode()).isEqualTo(404);
    }
  }

  @Test
  void aServiceThatIsListedBeforeItListensIsWaitedFor() throws Exception {
    int port = freePort();
    try (EmbeddedServer server = listed(port, Map.of())) {
      CompletableFuture<HttpResponse<String>> read = begin(server);
      CompletableFuture<HttpResponse<String>> written =
          client.sendAsync(
              HttpRequest.newBuilder(server.getURI().resolve("/up/"))
                  .POST(BodyPublishers.ofString("x".repeat(100_000)))
                  .build(),
              BodyHandlers.ofString());
      await().during(Duration.ofMillis(500)).until(() -> !read.isDone() && !written.isDone());
      try (ScriptedInstance late = echo(port)) {
        assertThat(read.get().statusCode()).isEqualTo(200);
        assertThat(written.get().statusCode()).isEqualTo(200);
        assertThat(written.get().body()).hasSize(100_000);
        assertThat(late.heads()).hasSize(2);
      }
    }
  }

  @Test
  void whereEachOfTheInstancesRefusesTheRequestWaitsForOne() throws Exception {
    int port = freePort();
    try (EmbeddedServer server = listed(freePort(), Map.of())) {
      consul.register("up-2", "up", port, META);
      Catalog catalog = server.getApplicationContext().getBean(Catalog.class);
      await().until(() -> instances(catalog), is(2));
      CompletableFuture<HttpResponse<String>> answer = begin(server);
      await().during(Duration.ofMillis(500)).until(() -> !answer.isDone());
      try (ScriptedInstance late = echo(port)) {
        assertThat(answer.get().statusCode()).isEqualTo(200);
        assertThat(late.heads()).hasSize(1);
      }
    }
  }

  @Test
  void whenTheInstanceThatRefusesLeavesTheServiceIsWoken() throws Exception {
    try (EmbeddedServer server = listed(freePort(), Map.of())) {
      CompletableFuture<HttpResponse<String>> answer = begin(server);
      await().during(Duration.ofMillis(300)).until(() -> !answer.isDone());
      consul.deregister("up-1");
      assertThat(answer.get().statusCode()).isEqualTo(200);
      assertThat(nomad.scaledTo()).containsExactly(1);
    }
  }

  @Test
  void whereItRefusesForTooLongTheAnswerSaysSo() throws Exception {
    int port = freePort();
    try (EmbeddedServer server = listed(port, Map.of("gateway.wake-timeout", "1s"))) {
      HttpResponse<String> answer = get(server, "/up/");
      assertProblem(answer, 503);
      assertThat(answer.body())
          .contains("up took no connection within 1 s.")
          .contains("The instance of up at 127.0.0.1:" + port + " takes no connection.");
      assertThat(answer.headers().firstValue("retry-after")).isPresent();
    }
  }

  @Test
  void ofThoseThatAreRefusedNoMoreWaitThanMay() throws Exception {
    int port = freePort();
    try (EmbeddedServer server = listed(port, Map.of("gateway.wake-queue", "2"))) {
      List<CompletableFuture<HttpResponse<String>>> three =
          List.of(begin(server), begin(server), begin(server));
      HttpResponse<?> answer =
          (HttpResponse<?>) CompletableFuture.anyOf(three.toArray(CompletableFuture[]::new)).get();
      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(answer.headers().firstValue("retry-after")).contains("1");
      assertThat(answer.body().toString()).contains("2 requests wait for that, as many as may.");
      try (ScriptedInstance late = echo(port)) {
        int answered = 0;
        for (CompletableFuture<HttpResponse<String>> each : three) {
          answered += each.get().statusCode() == 200 ? 1 : 0;
        }
        assertThat(answered).isEqualTo(2);
        assertThat(late.heads()).hasSize(2);
      }
    }
  }

  @Test
  void aServiceThatCannotBeWokenIsNotWaitedFor() throws Exception {
    consul.register("up-1", "up", freePort());
    try (EmbeddedServer server = another(Map.of("gateway.nomad.address", nomad.address()))) {
      Catalog catalog = server.getApplicationContext().getBean(Catalog.class);
      await().until(() -> instances(catalog), is(1));
      assertProblem(get(server, "/up/"), 502);
    }
  }

  @Test
  void aGroupThatRunsAnotherServiceIsNotWokenForThisOne() throws Exception {
    nomad.registers(FakeNomad.service("front-door", "\"public\"", FakeNomad.OWN));
    try (EmbeddedServer server = asleep(Map.of())) {
      assertProblem(get(server, "/up/"), 503);
      assertThat(nomad.scaledTo()).isEmpty();
      // From then on it is as one that does not say its job: its route is kept for an hour.
      await().until(() -> get(server, "/up/").body().contains("up has no healthy instance"));
      try (EmbeddedServer later = another(Map.of())) {
        await().until(() -> get(later, "/up/").body().contains("up has no healthy instance"));
      }
    }
  }

  @Test
  void aKeyThatSomebodyWroteWakesNoGroupOfAnother() throws Exception {
    consul.keeps(
        "zaguan/services/planted",
        "{\"tags\": [\"public\"], \"meta\": {\"nomad-job\": \"job\", \"nomad-group\": \"web\"}}");
    try (EmbeddedServer server = asleep(Map.of())) {
      assertRefused(
          get(server, "/planted/"),
          "The group web of the job job runs no service of that name, as Nomad has it.");
      assertThat(nomad.scaledTo()).isEmpty();
    }
  }

  @Test
  void aKeyThatSomebodyWroteMakesNoServicePublic() throws Exception {
    nomad.registers(FakeNomad.service("up", "\"private\"", FakeNomad.OWN));
    try (EmbeddedServer server = asleep(Map.of())) {
      assertRefused(get(server, "/up/"), "It has no tag public in the job job.");
      assertThat(nomad.scaledTo()).isEmpty();
    }
  }

  @Test
  void aGroupWhoseScalingIsDisabledIsNotWoken() throws Exception {
    nomad.scaling("{\"Min\": 0, \"Max\": 5, \"Enabled\": false}");
    try (EmbeddedServer server = asleep(Map.of())) {
      assertFails(server, "The scaling block of the job job says enabled = false.");
      assertThat(nomad.scaledTo()).isEmpty();
    }
  }

  @Test
  void aJobThatRunsToItsEndIsNotWoken() throws Exception {
    nomad.type("batch");
    try (EmbeddedServer server = asleep(Map.of())) {
      assertRefused(get(server, "/up/"), "The job job is of type batch");
      assertThat(nomad.scaledTo()).isEmpty();
    }
  }

  @Test
  void aServiceThatSaysAnotherGroupIsItsOwnDoesNotPutItToSleep() throws Exception {
    nomad.registers(FakeNomad.service("front-door", "\"public\"", FakeNomad.OWN));
    try (EmbeddedServer server = asleep(SLEEPY)) {
      registerGateways(server);
      nomad.runs();
      consul.register("up-3", "up", instance.port(), META);
      await()
          .during(Duration.ofSeconds(9))
          .atMost(Duration.ofSeconds(30))
          .until(() -> nomad.scaledTo().isEmpty());
    }
  }

  @Test
  void aGroupOfWhichOneServiceDoesNotAskForItIsNotPutToSleep() throws Exception {
    nomad.registers(
        FakeNomad.service("up", "\"public\"", FakeNomad.OWN),
        FakeNomad.service("hooks", "\"public\"", ""));
    try (EmbeddedServer server = asleep(SLEEPY)) {
      registerGateways(server);
      nomad.runs();
      consul.register("up-3", "up", instance.port(), META);
      consul.register("hooks-3", "hooks", instance.port());
      await()
          .during(Duration.ofSeconds(9))
          .atMost(Duration.ofSeconds(30))
          .until(() -> nomad.scaledTo().isEmpty());
    }
  }

  @Test
  void aGroupIsNotScaledToZeroWhileAnotherOfItsServicesIsAsked() throws Exception {
    try (ScriptedInstance slow =
            new ScriptedInstance(
                (in, out) -> {
                  ScriptedInstance.write(out, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n");
                  in.read(); // Until the client leaves.
                });
        EmbeddedServer server = asleep(SLEEPY)) {
      registerGateways(server);
      nomad.runs();
      nomad.registers(
          FakeNomad.service("up", "\"public\"", FakeNomad.OWN),
          FakeNomad.service("hooks", "\"public\"", FakeNomad.OWN));
      consul.register("hooks-1", "hooks", slow.port(), META);
      consul.register("up-3", "up", instance.port(), META);
      Catalog catalog = server.getApplicationContext().getBean(Catalog.class);
      await().until(() -> instances(catalog), is(1));
      try (Socket stream = streaming(server, "hooks")) {
        await()
            .during(Duration.ofSeconds(9))
            .atMost(Duration.ofSeconds(30))
            .until(() -> nomad.scaledTo().isEmpty() && stream.isConnected());
      }
      await().until(() -> nomad.scaledTo().equals(List.of(0)));
    }
  }

  @Test
  void afterAFailureNomadIsLeftInPeaceForAWhileAndThenItMayWake() throws Exception {
    nomad.places(false);
    try (EmbeddedServer server = asleep(Map.of())) {
      assertProblem(get(server, "/up/"), 503);
      int asked = asked();
      assertProblem(get(server, "/up/"), 503);
      assertThat(asked()).isEqualTo(asked);
      nomad.places(true);
      await().untilAsserted(() -> assertThat(get(server, "/up/").statusCode()).isEqualTo(200));
    }
  }

  @Test
  void whileTheJobIsDeployedTheRequestWaits() throws Exception {
    nomad.deploying(true);
    try (EmbeddedServer server = asleep(Map.of())) {
      CompletableFuture<HttpResponse<String>> answer = begin(server);
      await().until(() -> nomad.requests() > 4);
      assertThat(answer).isNotDone();
      nomad.deploying(false);
      assertThat(answer.get().statusCode()).isEqualTo(200);
      assertThat(nomad.scaledTo()).containsExactly(1);
    }
  }

  @Test
  void aServiceWithoutRequestsIsScaledToZeroIfItAsksForIt() throws Exception {
    try (EmbeddedServer server = asleep(SLEEPY);
        EmbeddedServer other = asleep(SLEEPY)) {
      registerGateways(server, other);
      assertThat(get(server, "/up/").statusCode()).isEqualTo(200);
      consul.register("up-2", "up", instance.port(), META);
      await().atMost(Duration.ofSeconds(30)).until(() -> nomad.scaledTo().size() == 2);
      assertThat(nomad.scaledTo()).containsExactly(1, 0);
    }
  }

  @Test
  void aServiceWithARequestUnderWayAtAnyGatewayIsNot() throws Exception {
    try (ScriptedInstance slow =
            new ScriptedInstance(
                (in, out) -> {
                  ScriptedInstance.write(out, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n");
                  in.read(); // Until the client leaves.
                });
        EmbeddedServer one = asleep(SLEEPY);
        EmbeddedServer another = asleep(SLEEPY)) {
      registerGateways(one, another);
      nomad.runs();
      EmbeddedServer other = address(one).compareTo(address(another)) < 0 ? another : one;
      consul.register("up-3", "up", slow.port(), META);
      // At the one that does not ask.
      try (Socket stream = streaming(other, "up")) {
        await()
            .during(Duration.ofSeconds(9))
            .atMost(Duration.ofSeconds(30))
            .until(() -> nomad.scaledTo().isEmpty() && stream.isConnected());
      }
      await().until(() -> nomad.scaledTo().equals(List.of(0)));
    }
  }

  private Socket streaming(EmbeddedServer server, String service) throws Exception {
    Catalog catalog = server.getApplicationContext().getBean(Catalog.class);
    await().until(() -> instances(catalog, service), is(1));
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.getPort());
    socket.setSoTimeout(SILENCE);
    ScriptedInstance.write(
        socket.getOutputStream(), lines("GET /" + service + "/ HTTP/1.1", "Host: h"));
    assertThat(socket.getInputStream().read()).isEqualTo('H');
    return socket;
  }

  private static int instances(Catalog catalog) {
    return instances(catalog, "up");
  }

  private static int instances(Catalog catalog, String name) {
    Service service = catalog.current().service(name);
    return service == null ? 0 : service.instances().size();
  }

  private static String address(EmbeddedServer server) {
    return server.getURI().getAuthority();
  }

  private void registerGateways(EmbeddedServer... servers) {
    for (EmbeddedServer server : servers) {
      consul.register("gateway-" + server.getPort(), "api-gateway", server.getPort());
    }
  }

  /** A gateway that starts while the service has left Consul already, and others remember it. */
  private EmbeddedServer asleep(Map<String, Object> properties) {
    consul.register("up-1", "up", instance.port(), META);
    Catalog first = gateway.getApplicationContext().getBean(Catalog.class);
    await().until(() -> first.current().services().containsKey("up"));
    consul.deregister("up-1");
    await().until(() -> instances(first), is(0));
    Map<String, Object> all = new HashMap<>();
    all.put("gateway.nomad.address", nomad.address());
    all.putAll(properties);
    EmbeddedServer server = another(all);
    Catalog catalog = server.getApplicationContext().getBean(Catalog.class);
    await().until(() -> catalog.current().services().containsKey("up"));
    return server;
  }

  /** A gateway that knows an instance of the service at that port, where nobody listens yet. */
  private EmbeddedServer listed(int port, Map<String, Object> properties) {
    consul.register("up-1", "up", port, META);
    Map<String, Object> all = new HashMap<>();
    all.put("gateway.nomad.address", nomad.address());
    all.putAll(properties);
    EmbeddedServer server = another(all);
    Catalog catalog = server.getApplicationContext().getBean(Catalog.class);
    await().until(() -> instances(catalog), is(1));
    return server;
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0)) {
      return free.getLocalPort();
    }
  }

  /** At that port; answers with the body of the request. */
  private static ScriptedInstance echo(int port) throws IOException {
    return new ScriptedInstance(
        port,
        (in, out) -> {
          String body = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
          ScriptedInstance.write(
              out, "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
        },
        true);
  }

  /** For longer than the gateway takes to ask Nomad again. */
  private void assertStays(EmbeddedServer server, String why) {
    await()
        .during(Duration.ofSeconds(7))
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () -> {
              HttpResponse<String> answer = get(server, "/up/");
              assertThat(answer.statusCode()).isEqualTo(503);
              assertThat(answer.body()).contains(why);
            });
  }

  private CompletableFuture<HttpResponse<String>> begin(EmbeddedServer server) {
    return client.sendAsync(
        HttpRequest.newBuilder(server.getURI().resolve("/up/")).build(), BodyHandlers.ofString());
  }

  private void assertFails(EmbeddedServer server, String why) throws Exception {
    HttpResponse<String> answer = get(server, "/up/");
    assertProblem(answer, 503);
    assertThat(answer.body()).contains("up sleeps and does not wake. ").contains(why);
    assertThat(answer.headers().firstValue("retry-after")).isPresent();
  }

  /** It says why, or has found out by itself meanwhile and does not remember the service's job. */
  private static void assertRefused(HttpResponse<String> answer, String why) {
    assertProblem(answer, 503);
    assertThat(answer.body()).containsAnyOf(why, "has no healthy instance at present");
  }

  private boolean isLeftInPeace() {
    int before = asked();
    try {
      Thread.sleep(1_100); // Two of the gateway's waits for news.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return before == asked();
  }

  private int asked() {
    return nomad.requests();
  }

  private boolean isReady() {
    return ready;
  }
}
