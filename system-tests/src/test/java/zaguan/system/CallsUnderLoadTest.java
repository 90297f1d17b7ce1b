package zaguan.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.http.client.annotation.Client;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A service calls another one by its name, a hundred times a second, while instances and Consul
 * die, hang or are replaced: as {@link OutagesTest}, past HAProxy and the gateways.
 */
@Timeout(400)
class CallsUnderLoadTest {

  private static final int RATE = 100;

  /** Each gateway lets 500 calls wait for a service that sleeps: enough for 20 s of these. */
  private static final int WAKING_RATE = 50;

  private static final Duration WARM = Duration.ofSeconds(5);

  @Client("greeter")
  interface Greeter extends Greets {}

  @Client("renewed")
  interface Renewed extends Greets {}

  @Client("counted")
  interface Counted extends Greets {}

  private final Platform platform = Platform.shared();
  private final Caller caller = new Caller(platform);

  @TempDir private Path folder;

  /** A JVM that has just begun to call is slow on two busy cores. */
  @BeforeAll
  static void warm() throws Exception {
    Platform.shared().awaitRest();
    try (Caller caller = new Caller(Platform.shared())) {
      Load.count(3_000, 8, caller.hello(Greeter.class));
    }
  }

  @BeforeEach
  void awaitRest() {
    platform.awaitRest();
  }

  @AfterEach
  void close() {
    caller.close();
  }

  @Test
  void oneOfThreeInstancesKilledTenTimesCostsNoCall() throws Exception {
    try (Load load = Load.of(RATE, caller.hello(Greeter.class))) {
      for (int i = 0; i < 10; i++) {
        awaitThreeGreeters();
        ProcessHandle victim = platform.processes().of("greeter").get(i % 3);
        assertThat(victim.destroyForcibly()).isTrue();
        Eventually.is(victim::isAlive, false);
      }
      awaitThreeGreeters();
      Load.Report report = load.stop();
      assertThat(report.failures()).isEmpty();
      assertThat(report.outcomes()).hasSizeGreaterThan(10 * RATE);
    }
  }

  /** The instances are asked: Consul calls a killed instance healthy until its next check. */
  private void awaitThreeGreeters() {
    Eventually.is(() -> platform.consul().ready("greeter"), 3);
    Eventually.is(() -> caller.instancesOf("greeter"), 3);
  }

  @Test
  void aNewVersionIsRolledOutWithoutALostCall() throws Exception {
    try (OwnJob job = new OwnJob(platform, folder, "renewed").run(3);
        Load load = Load.of(RATE, caller.hello(Renewed.class))) {
      load.awaitElapsed(WARM);
      job.with("env \\{", "env {\n        GREETER_GREETING = \"Moin\"").submit("count=3");
      job.awaitDeployed();
      Eventually.is(() -> platform.consul().registered("renewed"), 3);
      platform.nomad().awaitRunning("renewed", 3);
      assertThat(load.stop().failures()).isEmpty();
      assertThat(caller.bean(Renewed.class).hello("Ada").greeting()).isEqualTo("Moin, Ada!");
    }
  }

  @Test
  void aFrozenInstanceIsLeftWithinSeconds() throws Exception {
    ProcessHandle frozen = platform.processes().of("greeter").getFirst();
    try (Load load = Load.of(RATE, caller.hello(Greeter.class))) {
      load.awaitElapsed(WARM);
      Duration at = load.elapsed();
      Processes.signal("STOP", frozen);
      try {
        load.awaitElapsed(at.plusSeconds(15));
      } finally {
        Processes.signal("CONT", frozen);
      }
      load.awaitElapsed(at.plusSeconds(18));
      Load.Report report = load.stop();
      assertThat(report.failures()).isEmpty();
      // A call that waits for the frozen instance takes 5 s, until another is asked as well.
      Load.Report later = report.between(at.plusSeconds(3), at.plusSeconds(15));
      assertThat(later.percentile(0.99)).isLessThan(Duration.ofSeconds(1));
    }
  }

  @Test
  void aServiceThatGoesFrom3To0To3IsWokenByItsCallersAndFailsNoCall() throws Exception {
    try (OwnJob job = new OwnJob(platform, folder, "counted").run(3);
        Load load = Load.of(WAKING_RATE, caller.hello(Counted.class))) {
      load.awaitElapsed(WARM);
      platform.nomad().scale("counted", 0);
      Eventually.is(() -> job.timesScaledTo(1), 1L);
      job.awaitDeployed();
      platform.nomad().scale("counted", 3);
      Eventually.is(() -> caller.instancesOf("counted"), 3);
      load.awaitElapsed(load.elapsed().plusSeconds(3));
      Load.Report report = load.stop();
      assertThat(report.failures()).isEmpty();
      assertThat(report.answersByInstance()).as("old ones and new ones").hasSizeGreaterThan(3);
    }
  }

  @Test
  void consulKilledAndStartedAgainCostsNoCallAndIsHeardAfterwards() throws Exception {
    assertThat(caller.instancesOf("late")).isZero();
    try (Load load = Load.of(RATE, caller.hello(Greeter.class))) {
      load.awaitElapsed(WARM);
      platform.consul().kill();
      Duration gone = load.elapsed();
      load.awaitElapsed(gone.plusSeconds(5));
      platform.consul().start();
      Eventually.is(() -> platform.consul().passing("greeter"), 3);
      Eventually.is(() -> platform.consul().passing("api-gateway"), 2);
      Duration back = load.elapsed();
      try (OwnInstance _ = new OwnInstance(platform, "late", "late", 1)) {
        Eventually.is(() -> caller.instancesOf("late"), 1);
      }
      load.awaitElapsed(back.plusSeconds(12));
      assertThat(load.stop().failures()).isEmpty();
    }
  }
}
