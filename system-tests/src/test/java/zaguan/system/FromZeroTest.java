package zaguan.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import zaguan.stack.Status;

/** Services without an instance, and the requests that wake them, on real Nomad. */
@Timeout(400)
class FromZeroTest {

  private static final int TOGETHER = 200;

  private final Platform platform = Platform.shared();

  @TempDir private Path folder;

  @BeforeEach
  void awaitRest() {
    platform.awaitRest();
  }

  @Test
  void twoHundredRequestsThatArriveTogetherAtZeroAreOneAskAndNoneIsLost() throws Exception {
    try (OwnJob job = new OwnJob(platform, folder, "asleep").run(1)) {
      job.sleep();
      long asked = job.timesScaledTo(1);
      Load.Report report =
          Load.count(TOGETHER, TOGETHER, platform.frontDoor().uri("/asleep/hello/Ada"));
      assertThat(report.failures()).isEmpty();
      assertThat(report.outcomes()).hasSize(TOGETHER);
      assertThat(report.percentile(1)).isLessThan(Duration.ofSeconds(15));
      assertThat(job.timesScaledTo(1)).isEqualTo(asked + 1);
    }
  }

  @Test
  void gatewaysThatStartedMeanwhileWakeItToo() throws Exception {
    try (OwnJob job = new OwnJob(platform, folder, "remembered").run(1)) {
      job.sleep();
      List<ProcessHandle> gateways = platform.processes().of("api-gateway");
      gateways.forEach(ProcessHandle::destroyForcibly);
      Eventually.is(() -> gateways.stream().anyMatch(ProcessHandle::isAlive), false);
      // Consul and HAProxy call a killed gateway healthy until their next check.
      Eventually.is(() -> platform.gateways().instancesOf("remembered"), List.of(0, 0));
      Eventually.is(() -> platform.statistics().requestsByGateway().size(), 2);
      Eventually.is(() -> platform.frontDoor().get("/greeter/").statusCode(), 200);
      assertThat(platform.frontDoor().get("/remembered/hello/Ada").statusCode()).isEqualTo(200);
    }
  }

  /** An hour of bursts in two minutes: every request is answered, whenever it comes. */
  @Test
  void inABurstyHourNoRequestIsLostThoughTheServiceSleepsBetween() throws Exception {
    Duration length = Duration.ofMinutes(2);
    try (OwnJob job =
            new OwnJob(platform, folder, "bursty")
                .with("(nomad-group += .*)", "$1\n        sleep-after = \"2s\"")
                .run(1);
        Load load = Load.at(bursts(length), platform.frontDoor().uri("/bursty/hello/Ada"))) {
      TimeUnit.NANOSECONDS.sleep(length.toNanos());
      Load.Report report = load.stop();
      assertThat(report.failures()).isEmpty();
      assertThat(report.outcomes()).hasSizeGreaterThan(200);
      assertThat(job.timesScaledTo(1)).as("times it was woken").isGreaterThanOrEqualTo(4);
    }
  }

  @Test
  void aJobThatCannotBePlacedIsSaidSo() throws Exception {
    try (OwnJob job = new OwnJob(platform, folder, "huge").run(1)) {
      job.sleep();
      job.with("memory += 320", "memory = 9000000").submit("count=0");
      HttpResponse<String> answer = platform.frontDoor().get("/huge/");
      assertSaysWhy(answer, "Nomad cannot place the job huge: memory exhausted on 1 nodes");
    }
  }

  @Test
  void anAllocationThatFailsIsSaidSo() throws Exception {
    try (OwnJob job = new OwnJob(platform, folder, "broken").run(1)) {
      job.sleep();
      job.with("attempts = 2", "attempts = 0").submit("count=0", "greeter_jar=/nowhere.jar");
      HttpResponse<String> answer = platform.frontDoor().get("/broken/");
      assertSaysWhy(answer, "failed: ");
    }
  }

  @Test
  void aDeploymentThatFailsIsSaidSo() throws Exception {
    try (OwnJob job = new OwnJob(platform, folder, "unready").run(1)) {
      job.sleep();
      job.with("/health/readiness", "/nothing-here")
          .with("healthy_deadline += \"1m\"", "healthy_deadline = \"3s\"")
          .with("progress_deadline = \"2m\"", "progress_deadline = \"4s\"")
          .with("kill_timeout = \"20s\"", "kill_timeout = \"1s\"")
          .with("auto_revert += true", "auto_revert = false")
          .submit("count=0");
      HttpResponse<String> answer = platform.frontDoor().get("/unready/");
      assertSaysWhy(answer, "The deployment of the job unready failed: ");
    }
  }

  @Test
  void aNomadThatCannotBeReachedIsSaidSo() throws Exception {
    try (OwnJob job = new OwnJob(platform, folder, "far").run(1)) {
      job.sleep();
      withGateway(
          Map.of("NOMAD_ADDR", "127.0.0.1:1"),
          gateway ->
              assertSaysWhy(
                  Http.get(gateway.resolve("/far/")),
                  "Nomad at http://127.0.0.1:1 cannot be asked to wake it"));
    }
  }

  @Test
  void aServiceWithoutACheckIsWokenWithoutALoss() throws Exception {
    try (OwnJob job =
        new OwnJob(platform, folder, "unchecked")
            .with("(?s)\n      check \\{.*?\n      \\}\n", "\n")
            .run(1)) {
      for (int i = 0; i < 3; i++) {
        job.sleep();
        Load.Report report = Load.count(20, 20, platform.frontDoor().uri("/unchecked/hello/Ada"));
        assertThat(report.failures()).isEmpty();
        job.awaitDeployed();
      }
    }
  }

  @Test
  void whileNomadStartsTheOnlyInstanceAgainRequestsWaitForIt() throws Exception {
    try (OwnJob job = new OwnJob(platform, folder, "killed").run(1)) {
      assertThat(platform.frontDoor().get("/killed/hello/Ada").statusCode()).isEqualTo(200);
      ProcessHandle process = job.process();
      process.destroyForcibly();
      process.onExit().get();
      Load.Report report = Load.count(20, 20, platform.frontDoor().uri("/killed/hello/Ada"));
      assertThat(report.failures()).isEmpty();
      assertThat(report.outcomes()).hasSize(20);
    }
  }

  @Test
  void aServiceGoesFromTheGatewaysWithItsJob() throws Exception {
    try (OwnJob job = new OwnJob(platform, folder, "purged").run(1)) {
      platform.nomad().run("job", "stop", "-purge", "-detach", "purged");
      Eventually.within(
          Duration.ofSeconds(15), () -> platform.frontDoor().get("/purged/").statusCode(), 404);
      // A service that slept before goes as well.
      job.run(1).sleep();
      assertThat(platform.frontDoor().get("/").body()).contains("/purged/");
      platform.nomad().run("job", "stop", "-purge", "-detach", "purged");
      Eventually.within(
          Duration.ofSeconds(15),
          () -> platform.frontDoor().get("/").body().contains("/purged/"),
          false);
      // Ten requests reach both gateways.
      for (int i = 0; i < 10; i++) {
        Eventually.within(
            Duration.ofSeconds(15), () -> platform.frontDoor().get("/purged/").statusCode(), 404);
      }
      job.submit("count=0");
    }
  }

  @Test
  void aServiceThatSaysTheFrontDoorIsItsOwnDoesNotPutItToSleep() throws Exception {
    platform
        .consul()
        .register(
            "sham",
            9,
            ", \"Meta\": {\"nomad-job\": \"haproxy\", \"nomad-group\": \"haproxy\","
                + " \"sleep-after\": \"1s\"}");
    try (OwnJob drowsy =
        new OwnJob(platform, folder, "drowsy")
            .with("(nomad-group += .*)", "$1\n        sleep-after = \"1s\"")
            .run(1)) {
      // This service may sleep, and the gateways look at both equally often.
      Eventually.within(Eventually.DEPLOYMENT, () -> platform.consul().registered("drowsy"), 0);
      assertThat(drowsy.timesScaledTo(0)).isEqualTo(1);
      assertThat(platform.nomad().count("haproxy")).isEqualTo(1);
      assertThat(platform.nomad().scalings("haproxy")).isEmpty();
      assertThat(platform.frontDoor().get("/").statusCode()).isEqualTo(200);
    } finally {
      platform.consul().deregister("sham");
    }
  }

  @Test
  void whatSaysThatAnothersGroupIsItsOwnDoesNotWakeIt() throws Exception {
    try (OwnJob job = new OwnJob(platform, folder, "victim").run(1)) {
      job.sleep();
      long woken = job.timesScaledTo(1);
      platform
          .consul()
          .register(
              "false", 9, ", \"Meta\": {\"nomad-job\": \"victim\", \"nomad-group\": \"victim\"}");
      Eventually.is(() -> platform.gateways().instancesOf("false"), List.of(1, 1));
      platform.consul().deregister("false");
      Eventually.is(() -> platform.gateways().instancesOf("false"), List.of(0, 0));
      HttpResponse<String> answer = platform.frontDoor().get("/false/");
      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(answer.headers().firstValue("content-type")).contains("application/problem+json");

      // A key in Consul is not believed either; a gateway reads it when it starts.
      platform
          .consul()
          .put(
              "/v1/kv/zaguan/services/planted",
              """
              {"tags": ["public"], "meta": {"nomad-job": "victim", "nomad-group": "victim"}}
              """);
      try {
        Map<String, String> nomad = Map.of("NOMAD_ADDR", platform.environment().get("NOMAD_ADDR"));
        withGateway(
            nomad,
            gateway ->
                assertThat(Http.get(gateway.resolve("/planted/")).statusCode()).isEqualTo(503));
      } finally {
        platform.consul().delete("/v1/kv/zaguan/services/planted");
      }
      assertThat(job.timesScaledTo(1)).isEqualTo(woken);
      assertThat(platform.frontDoor().get("/victim/hello/Ada").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void aNameThatNomadFillsInIsWokenByWhatItBecomes() throws Exception {
    String service = "named-named-group-named";
    try (OwnJob job =
        new OwnJob(platform, folder, "named")
            .with("name = \"named\"", "name = \"\\${BASE}-\\${NOMAD_GROUP_NAME}\"")
            .submit("count=1")) {
      Eventually.is(() -> platform.gateways().instancesOf(service), List.of(1, 1));
      job.awaitDeployed();
      platform.nomad().scale("named", 0);
      Eventually.is(() -> platform.gateways().instancesOf(service), List.of(0, 0));
      assertThat(platform.frontDoor().get("/" + service + "/hello/Ada").statusCode())
          .isEqualTo(200);
    }
  }

  @Test
  void statusLetsAServiceSleep() throws Exception {
    platform.nomad().scale("greeter", 0);
    try {
      Eventually.is(() -> platform.gateways().instancesOf("greeter"), List.of(0, 0));
      platform.nomad().awaitRunning("greeter", 0);
      Status status = platform.status();
      assertThat(status.lines())
          .contains("greeter: 0 of 0 allocations run, it sleeps and wakes with the next request");
      assertThat(status.condition()).isEqualTo(Status.Condition.up);
      assertThat(platform.consul().registered("greeter")).isZero();
      assertThat(platform.nomad().count("greeter")).isZero();
    } finally {
      platform.nomad().scale("greeter", 3);
    }
  }

  private interface GatewayTest {
    void run(URI gateway) throws Exception;
  }

  /** A gateway that starts now, and is not registered. */
  private void withGateway(Map<String, String> environment, GatewayTest test) throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    Map<String, String> all = new HashMap<>(environment);
    all.put("GATEWAY_PORT", String.valueOf(port));
    all.put("CONSUL_CLIENT_REGISTRATION_ENABLED", "false");
    Process gateway =
        Jar.start("api-gateway", folder.resolve("log"), platform.consul().address(), all);
    try {
      URI address = URI.create("http://127.0.0.1:" + port);
      Eventually.is(() -> Http.status(address.resolve("/-/health/readiness")), 200);
      test.run(address);
    } finally {
      gateway.destroyForcibly();
    }
  }

  private static void assertSaysWhy(HttpResponse<String> answer, String why) {
    assertThat(answer.body()).contains(why);
    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.headers().firstValue("retry-after")).isPresent();
    assertThat(answer.headers().firstValue("content-type")).contains("application/problem+json");
  }

  /** When requests come: bursts of up to 60 within a second, with pauses of 5 s to 15 s. */
  private static List<Duration> bursts(Duration length) {
    SplittableRandom random = new SplittableRandom(7);
    List<Duration> moments = new ArrayList<>();
    Duration burst = Duration.ofSeconds(8);
    while (burst.compareTo(length.minusSeconds(8)) < 0) {
      int size = 1 + random.nextInt(60);
      for (int i = 0; i < size; i++) {
        moments.add(burst.plusMillis(random.nextInt(1000)));
      }
      burst = burst.plusMillis(5_000 + random.nextInt(10_000));
    }
    return moments.stream().sorted().toList();
  }
}
