package zaguan.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Instances, gateways and Consul die, hang or are replaced, at 100 requests a second. */
@Timeout(400)
class OutagesTest {

  private static final int RATE = 100;
  private static final Duration WARM = Duration.ofSeconds(5);
  private static final String HELLO = "/greeter/hello/Ada";

  private final Platform platform = Platform.shared();

  @TempDir private Path folder;

  @BeforeAll
  static void warm() throws Exception {
    Platform.shared().warm();
  }

  @BeforeEach
  void awaitRest() {
    platform.awaitRest();
  }

  @Test
  void oneOfThreeGreetersKilledTenTimesCostsNoRequest() throws Exception {
    try (Load load = Load.of(RATE, platform.frontDoor().uri(HELLO))) {
      for (int i = 0; i < 10; i++) {
        // The instances are asked: Consul calls a killed instance healthy until its next check.
        Eventually.is(() -> platform.consul().ready("greeter"), 3);
        Eventually.is(() -> platform.gateways().instancesOf("greeter"), List.of(3, 3));
        ProcessHandle victim = platform.processes().of("greeter").get(i % 3);
        assertThat(victim.destroyForcibly()).isTrue();
        Eventually.is(victim::isAlive, false);
      }
      Eventually.is(() -> platform.consul().ready("greeter"), 3);
      Eventually.is(() -> platform.gateways().instancesOf("greeter"), List.of(3, 3));
      load.awaitElapsed(load.elapsed().plusSeconds(3));
      Load.Report report = load.stop();
      assertThat(report.failures()).isEmpty();
      assertThat(report.outcomes()).hasSizeGreaterThan(20 * RATE);
    }
  }

  @Test
  void oneOfTwoGatewaysKilledCostsNoIdempotentRequest() throws Exception {
    try (Load load = Load.of(RATE, platform.frontDoor().uri(HELLO))) {
      load.awaitElapsed(WARM);
      assertThat(platform.processes().of("api-gateway").getFirst().destroyForcibly()).isTrue();
      Eventually.is(() -> platform.consul().passing("api-gateway"), 1);
      Eventually.is(() -> platform.consul().passing("api-gateway"), 2);
      Eventually.is(() -> platform.statistics().requestsByGateway().size(), 2);
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
    try (Load load = Load.of(RATE, platform.frontDoor().uri(HELLO))) {
      load.awaitElapsed(WARM);
      ProcessHandle gateway = platform.processes().of("api-gateway").getFirst();
      // Not through Nomad, which would deregister the instance first.
      assertThat(gateway.destroy()).isTrue();
      Eventually.is(gateway::isAlive, false);
      Eventually.is(() -> platform.consul().passing("api-gateway"), 2);
      Eventually.is(() -> platform.statistics().requestsByGateway().size(), 2);
      assertThat(load.stop().failures()).isEmpty();
    }
  }

  @Test
  void aGatewayThatIsToldToStopFinishesWhatItHas() throws Exception {
    try (OwnInstance slow = new OwnInstance(platform, "slow", "slow", 1)) {
      slow.answersAfter(6_000);
      Eventually.is(() -> platform.gateways().instancesOf("slow"), List.of(1, 1));
      ProcessHandle gateway = platform.processes().of("api-gateway").getFirst();
      try (HttpClient client = HttpClient.newHttpClient()) {
        // Past the front door, which would send the request again.
        CompletableFuture<HttpResponse<String>> answer =
            client.sendAsync(
                HttpRequest.newBuilder(Processes.address(gateway).resolve("/slow/"))
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
  }

  @Test
  void aFrozenGreeterIsLeftWithinSeconds() throws Exception {
    ProcessHandle frozen = platform.processes().of("greeter").getFirst();
    try (Load load = Load.of(RATE, platform.frontDoor().uri(HELLO))) {
      load.awaitElapsed(WARM.multipliedBy(2));
      Duration at = load.elapsed();
      Processes.signal("STOP", frozen);
      try {
        load.awaitElapsed(at.plusSeconds(30));
      } finally {
        Processes.signal("CONT", frozen);
      }
      load.awaitElapsed(at.plusSeconds(33));
      Load.Report report = load.stop();
      assertThat(report.from(at.plusSeconds(1)).failures()).isEmpty();
      Duration normal = report.between(WARM, at).percentile(0.99);
      Duration later = report.between(at.plusSeconds(3), at.plusSeconds(30)).percentile(0.99);
      // A request that went to the frozen instance would have taken attempt-timeout at least.
      assertThat(later).isLessThan(normal.multipliedBy(3).plusMillis(200));
    }
  }

  @Test
  void aServiceThatDoesNotSayWhichJobIsItsGoesFrom3To0To3AndCallersAreToldToComeAgain()
      throws Exception {
    try (OwnJob job =
            new OwnJob(platform, folder, "alone")
                .with("meta \\{[^}]*\\{[^}]*}[^}]*}[^}]*}", "")
                .run(3);
        Load load = Load.of(RATE, platform.frontDoor().uri("/alone/hello/Ada"))) {
      load.awaitElapsed(WARM);
      job.sleep();
      Duration none = load.elapsed();
      load.awaitElapsed(none.plusSeconds(2));
      platform.nomad().scale("alone", 3);
      Eventually.is(() -> platform.gateways().instancesOf("alone"), List.of(3, 3));
      Duration back = load.elapsed();
      load.awaitElapsed(back.plusSeconds(3));
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
    try (Load load = Load.of(RATE, platform.frontDoor().uri(HELLO))) {
      load.awaitElapsed(WARM);
      platform.consul().kill();
      Duration gone = load.elapsed();
      load.awaitElapsed(gone.plusSeconds(5));
      platform.consul().start();
      Eventually.is(() -> platform.consul().passing("greeter"), 3);
      Eventually.is(() -> platform.consul().passing("api-gateway"), 2);
      Duration back = load.elapsed();
      load.awaitElapsed(back.plusSeconds(12));
      assertThat(load.stop().failures()).isEmpty();
    }
  }

  private void rollsOut(String job, int count) throws Exception {
    String variable = job.replace('-', '_') + "_jar";
    Path newer = folder.resolve("newer.jar");
    Files.copy(Platform.checkout().jar(job), newer);
    try (Load load = Load.of(RATE, platform.frontDoor().uri(HELLO))) {
      load.awaitElapsed(WARM);
      long version = platform.nomad().version(job);
      platform
          .nomad()
          .run(
              "job",
              "run",
              "-detach",
              "-var=" + variable + "=" + newer,
              "nomad/" + job + ".nomad.hcl");
      Eventually.is(() -> platform.nomad().version(job) > version, true);
      platform.nomad().awaitDeployed(job);
      Eventually.is(() -> platform.consul().registered(job), count);
      platform.nomad().awaitRunning(job, count);
      assertThat(load.stop().failures()).isEmpty();
    } finally {
      // Nomad restarts an instance that dies, and the folder ends with this test.
      platform.nomad().run("job", "run", "-detach", "nomad/" + job + ".nomad.hcl");
      platform.nomad().awaitDeployed(job);
    }
  }
}
