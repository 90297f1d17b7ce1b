package zaguan.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What happens to instances and gateways, at 100 requests a second through the front door. */
@Timeout(400)
class ResilienceTest {

  private static final int RATE = 100;
  private static final Duration WARM = Duration.ofSeconds(5);
  private static final String HELLO = "/greeter/hello/Ada";

  private final Platform platform = Platform.shared();

  @TempDir private Path folder;

  private final List<OwnInstance> own = new ArrayList<>();

  /** JVMs that have just started can do little, on two cores that are busy. */
  @BeforeAll
  static void warm() throws Exception {
    Platform.shared().awaitRest();
    Load.count(3_000, 8, Platform.shared().frontDoor(HELLO));
  }

  @BeforeEach
  void awaitRest() {
    platform.awaitRest();
  }

  @AfterEach
  void stopOwn() throws Exception {
    for (OwnInstance each : own) {
      each.stop();
    }
  }

  @Test
  void oneOfThreeGreetersKilledTenTimesCostsNoRequest() throws Exception {
    try (Load load = Load.of(RATE, platform.frontDoor(HELLO))) {
      for (int i = 0; i < 10; i++) {
        // Asked themselves: Consul calls a killed one healthy until its next check.
        Eventually.is(() -> platform.ready("greeter"), 3);
        Eventually.is(() -> platform.instancesSeenByGateways("greeter"), List.of(3, 3));
        ProcessHandle victim = platform.processes("greeter").get(i % 3);
        assertThat(victim.destroyForcibly()).isTrue();
        Eventually.is(victim::isAlive, false);
      }
      Eventually.is(() -> platform.ready("greeter"), 3);
      Eventually.is(() -> platform.instancesSeenByGateways("greeter"), List.of(3, 3));
      awaitElapsed(load, load.elapsed().plusSeconds(3));
      Load.Report report = load.stop();
      assertThat(report.failures()).isEmpty();
      assertThat(report.outcomes()).hasSizeGreaterThan(20 * RATE);
    }
  }

  @Test
  void oneOfTwoGatewaysKilledCostsNoIdempotentRequest() throws Exception {
    try (Load load = Load.of(RATE, platform.frontDoor(HELLO))) {
      awaitElapsed(load, WARM);
      assertThat(platform.processes("api-gateway").getFirst().destroyForcibly()).isTrue();
      Eventually.is(() -> platform.passing("api-gateway"), 1);
      Eventually.is(() -> platform.passing("api-gateway"), 2);
      Eventually.is(() -> platform.requestsByGateway().size(), 2);
      assertThat(load.stop().failures()).isEmpty();
    }
  }

  @Test
  void aNewVersionOfTheGreeterIsRolledOutWithoutALostRequest() throws Exception {
    rollsOut("greeter", 3);
  }

  @Test
  void aNewVersionOfTheGatewayIsRolledOutWithoutALostRequest() throws Exception {
    rollsOut("api-gateway", 2);
  }

  @Test
  void aGatewayThatIsToldToStopLosesNoRequest() throws Exception {
    try (Load load = Load.of(RATE, platform.frontDoor(HELLO))) {
      awaitElapsed(load, WARM);
      ProcessHandle gateway = platform.processes("api-gateway").getFirst();
      // Not by Nomad, which would deregister it first.
      assertThat(gateway.destroy()).isTrue();
      Eventually.is(gateway::isAlive, false);
      Eventually.is(() -> platform.passing("api-gateway"), 2);
      Eventually.is(() -> platform.requestsByGateway().size(), 2);
      assertThat(load.stop().failures()).isEmpty();
    }
  }

  @Test
  void aGatewayThatIsToldToStopFinishesWhatItHas() throws Exception {
    OwnInstance slow = own("slow", "slow", 1);
    slow.answersAfter(6_000);
    Eventually.is(() -> platform.instancesSeenByGateways("slow"), List.of(1, 1));
    ProcessHandle gateway = platform.processes("api-gateway").getFirst();
    try (HttpClient client = HttpClient.newHttpClient()) {
      // Past the front door, which would send it again: it is not told twice.
      CompletableFuture<HttpResponse<String>> answer =
          client.sendAsync(
              HttpRequest.newBuilder(Platform.address(gateway).resolve("/slow/"))
                  .version(HttpClient.Version.HTTP_1_1)
                  .POST(HttpRequest.BodyPublishers.ofString("order"))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      Eventually.is(slow::underWay, 1);
      assertThat(gateway.destroy()).isTrue();
      assertThat(answer.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    }
    Eventually.is(gateway::isAlive, false);
  }

  @Test
  void aFrozenGreeterIsLeftWithinSeconds() throws Exception {
    ProcessHandle frozen = platform.processes("greeter").getFirst();
    try (Load load = Load.of(RATE, platform.frontDoor(HELLO))) {
      awaitElapsed(load, WARM.multipliedBy(2));
      Duration at = load.elapsed();
      signal("STOP", frozen);
      try {
        awaitElapsed(load, at.plusSeconds(30));
      } finally {
        signal("CONT", frozen);
      }
      awaitElapsed(load, at.plusSeconds(33));
      Load.Report report = load.stop();
      assertThat(report.from(at.plusSeconds(1)).failures()).isEmpty();
      Duration normal = report.between(WARM, at).percentile(0.99);
      Duration later = report.between(at.plusSeconds(3), at.plusSeconds(30)).percentile(0.99);
      assertThat(later).isLessThan(normal.multipliedBy(2).plusMillis(20));
    }
  }

  @Test
  void aGreeterThatFailsEverythingIsSetAsideAndReturnsWhenItIsWell() throws Exception {
    OwnInstance greeter = own("greeter", "own", 1);
    Eventually.is(() -> platform.instancesSeenByGateways("greeter"), List.of(4, 4));
    try (Load load = Load.of(RATE, platform.frontDoor(HELLO))) {
      awaitElapsed(load, Duration.ofSeconds(10));
      Duration failing = load.elapsed();
      greeter.answersWith(500);
      awaitElapsed(load, failing.plusSeconds(20));
      Duration well = load.elapsed();
      greeter.answersWith(200);
      awaitElapsed(load, well.plusSeconds(20));
      Load.Report report = load.stop();
      assertThat(report.between(WARM, failing).share("own")).isGreaterThan(0.1);
      assertThat(report.between(failing.plusSeconds(3), well).share("own")).isLessThan(0.02);
      assertThat(report.from(well.plusSeconds(12)).share("own")).isGreaterThan(0.1);
      assertThat(report.failures()).allMatch(each -> each.instance().equals("own"));
    }
  }

  @Test
  void aGreeterThatIsSlowIsAvoided() throws Exception {
    OwnInstance greeter = own("greeter", "own", 1);
    Eventually.is(() -> platform.instancesSeenByGateways("greeter"), List.of(4, 4));
    try (Load load = Load.of(RATE, platform.frontDoor(HELLO))) {
      awaitElapsed(load, WARM);
      greeter.answersAfter(2_000);
      awaitElapsed(load, WARM.plusSeconds(60));
      Load.Report report = load.stop();
      assertThat(report.failures()).isEmpty();
      assertThat(report.from(WARM).percentile(0.999)).isLessThan(Duration.ofSeconds(1));
    }
  }

  @Test
  void aServiceThatDoesNotSayWhichJobIsItsGoesFrom3To0To3AndCallersAreToldToComeAgain()
      throws Exception {
    try (OwnJob job =
            new OwnJob(platform, folder, "alone")
                .with("meta \\{[^}]*\\{[^}]*}[^}]*}[^}]*}", "")
                .run(3);
        Load load = Load.of(RATE, platform.frontDoor("/alone/hello/Ada"))) {
      awaitElapsed(load, WARM);
      job.sleep();
      Duration none = load.elapsed();
      awaitElapsed(load, none.plusSeconds(2));
      platform.scale("alone", 3);
      Eventually.is(() -> platform.instancesSeenByGateways("alone"), List.of(3, 3));
      Duration back = load.elapsed();
      awaitElapsed(load, back.plusSeconds(3));
      Load.Report report = load.stop();
      assertThat(report.failures())
          .isNotEmpty()
          .allMatch(each -> each.status() == 503)
          .allMatch(each -> each.text().contains("retry-after=[1]"));
      Load.Report asleep = report.between(none, none.plusSeconds(2));
      assertThat(asleep.failures()).hasSameSizeAs(asleep.outcomes());
      assertThat(report.from(back).failures()).isEmpty();
    }
  }

  @Test
  void consulKilledAndStartedAgainCostsNoRequest() throws Exception {
    try (Load load = Load.of(RATE, platform.frontDoor(HELLO))) {
      awaitElapsed(load, WARM);
      ProcessHandle agent =
          platform.processes().stream()
              .filter(each -> each.info().commandLine().orElse("").contains("consul agent"))
              .findFirst()
              .orElseThrow();
      assertThat(agent.destroyForcibly()).isTrue();
      Eventually.is(agent::isAlive, false);
      Duration gone = load.elapsed();
      awaitElapsed(load, gone.plusSeconds(5));
      platform.startConsul();
      Eventually.is(() -> platform.passing("greeter"), 3);
      Eventually.is(() -> platform.passing("api-gateway"), 2);
      Duration back = load.elapsed();
      awaitElapsed(load, back.plusSeconds(12));
      assertThat(load.stop().failures()).isEmpty();
    }
  }

  @Test
  void sixtyInstancesOnOneAddressAllGetRequests() throws Exception {
    for (int i = 0; i < 60; i++) {
      own("many", "many-" + i, 1);
    }
    Eventually.is(() -> platform.instancesSeenByGateways("many"), List.of(60, 60));
    try (Load load = Load.of(RATE, platform.frontDoor("/many/"))) {
      awaitElapsed(load, Duration.ofSeconds(15));
      Load.Report report = load.stop();
      assertThat(report.failures()).isEmpty();
      assertThat(report.answersByInstance()).hasSize(60);
    }
  }

  @Test
  void aCanaryOfATenthOfTheWeightGetsATenthOfTheRequests() throws Exception {
    own("weighed", "one", 45);
    own("weighed", "other", 45);
    own("weighed", "canary", 10);
    Eventually.is(() -> platform.instancesSeenByGateways("weighed"), List.of(3, 3));
    try (Load load = Load.of(RATE, platform.frontDoor("/weighed/"))) {
      // Warm before it counts, the instances' part of this process too.
      awaitElapsed(load, WARM.plusSeconds(40));
      Load.Report report = load.stop();
      assertThat(report.failures()).isEmpty();
      assertThat(report.from(WARM).share("canary")).isBetween(0.07, 0.14);
    }
  }

  @Test
  void fiveTimesWhatAServiceCanIsShedAtOnceAndTheRestIsServed() throws Exception {
    int capacity = 40;
    OwnInstance only = new OwnInstance(platform, "bounded", "only", 1, 4, 100);
    own.add(only);
    // Of two gateways, 5 s of work, or 15 s where the machine has a third of its speed.
    only.registerWith(", \"Meta\": {\"max-concurrency\": \"100\"}");
    Eventually.is(() -> platform.instancesSeenByGateways("bounded"), List.of(1, 1));
    Load.Report peak = Load.count(5 * capacity, 32, platform.frontDoor("/bounded/"));
    assertThat(peak.failures()).isEmpty();
    double perSecond = peak.perSecond();
    long before = platform.residentKilobytes("api-gateway");
    try (Load load = Load.of(5 * capacity, platform.frontDoor("/bounded/"))) {
      // Until then requests queue up to the bound, the limit sees that the queue stands, and what
      // has just started is compiled.
      Duration steady = Duration.ofSeconds(20);
      awaitElapsed(load, steady.plusSeconds(20));
      long after = platform.residentKilobytes("api-gateway");
      Load.Report report = load.stop();
      long good =
          report.endedBetween(steady, steady.plusSeconds(20)).outcomes().stream()
              .filter(each -> !each.failed())
              .count();
      assertThat(good / 20.0).isGreaterThan(0.5 * perSecond);
      assertThat(report.failures())
          .allMatch(each -> each.status() == 503)
          .allMatch(each -> each.text().contains("retry-after=[1]"));
      // Those that queue take seconds. A busy machine makes some of the others late, too.
      assertThat(new Load.Report(report.from(steady).failures()).percentile(0.9))
          .as("until it is shed")
          .isLessThan(Duration.ofMillis(500));
      assertThat(report.between(steady, steady.plusSeconds(10)).percentile(1))
          .as("until it is served, or shed")
          .isLessThan(Duration.ofSeconds(6));
      // Nothing grows with what is shed.
      assertThat(after - before).isLessThan(64_000);
    }
  }

  private OwnInstance own(String service, String id, int weight) throws Exception {
    OwnInstance instance = new OwnInstance(platform, service, id, weight);
    own.add(instance);
    return instance;
  }

  private void rollsOut(String job, int count) throws Exception {
    String variable = job.replace('-', '_') + "_jar";
    Path newer = folder.resolve("newer.jar");
    Files.copy(Platform.checkout().jar(job), newer);
    try (Load load = Load.of(RATE, platform.frontDoor(HELLO))) {
      awaitElapsed(load, WARM);
      long version = version(job);
      platform.nomad(
          "job", "run", "-detach", "-var=" + variable + "=" + newer, "nomad/" + job + ".nomad.hcl");
      Eventually.is(() -> version(job) > version, true);
      Eventually.within(
          Eventually.DEPLOYMENT,
          () -> platform.nomadApi("/v1/job/" + job + "/deployment").path("Status").asText(),
          "successful");
      Eventually.is(() -> platform.registered(job), count);
      platform.awaitAllocations(job, count);
      assertThat(load.stop().failures()).isEmpty();
    } finally {
      // Nomad restarts what dies, and the folder ends with this test.
      platform.nomad("job", "run", "-detach", "nomad/" + job + ".nomad.hcl");
      Eventually.within(
          Eventually.DEPLOYMENT,
          () -> platform.nomadApi("/v1/job/" + job + "/deployment").path("Status").asText(),
          "successful");
    }
  }

  private long version(String job) throws IOException, InterruptedException {
    return platform.nomadApi("/v1/job/" + job).path("Version").asLong();
  }

  private static void signal(String name, ProcessHandle process) throws Exception {
    assertThat(
            new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                .inheritIO()
                .start()
                .waitFor())
        .isZero();
  }

  /** Lets the load go on. */
  private static void awaitElapsed(Load load, Duration until) throws InterruptedException {
    long left = until.minus(load.elapsed()).toNanos();
    if (left > 0) {
      TimeUnit.NANOSECONDS.sleep(left);
    }
  }
}
