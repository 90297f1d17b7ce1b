package zaguan.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which instance gets how many of 100 requests a second: by its weight, and by its answers. */
@Timeout(400)
class SharesTest {

  private static final int RATE = 100;
  private static final Duration WARM = Duration.ofSeconds(5);
  private static final String HELLO = "/greeter/hello/Ada";

  private final Platform platform = Platform.shared();
  private final List<OwnInstance> own = new ArrayList<>();

  @BeforeAll
  static void warm() throws Exception {
    Platform.shared().warm();
  }

  @BeforeEach
  void awaitRest() {
    platform.awaitRest();
  }

  @AfterEach
  void closeOwn() throws Exception {
    for (OwnInstance each : own) {
      each.close();
    }
  }

  @Test
  void aCanaryOfATenthOfTheWeightGetsATenthOfTheRequests() throws Exception {
    own("weighed", "one", 45);
    own("weighed", "other", 45);
    own("weighed", "canary", 10);
    Eventually.is(() -> platform.gateways().instancesOf("weighed"), List.of(3, 3));
    try (Load load = Load.of(RATE, platform.frontDoor().uri("/weighed/"))) {
      // Warm up before it counts, the instances in this process, too.
      load.awaitElapsed(WARM.plusSeconds(40));
      Load.Report report = load.stop();
      assertThat(report.failures()).isEmpty();
      assertThat(report.from(WARM).share("canary")).isBetween(0.07, 0.14);
    }
  }

  @Test
  void sixtyInstancesOnOneAddressAllGetRequests() throws Exception {
    for (int i = 0; i < 60; i++) {
      own("many", "many-" + i, 1);
    }
    Eventually.is(() -> platform.gateways().instancesOf("many"), List.of(60, 60));
    try (Load load = Load.of(RATE, platform.frontDoor().uri("/many/"))) {
      load.awaitElapsed(Duration.ofSeconds(15));
      Load.Report report = load.stop();
      assertThat(report.failures()).isEmpty();
      assertThat(report.answersByInstance()).hasSize(60);
    }
  }

  @Test
  void aGreeterThatIsSlowIsAvoided() throws Exception {
    OwnInstance greeter = own("greeter", "own", 1);
    Eventually.is(() -> platform.gateways().instancesOf("greeter"), List.of(4, 4));
    try (Load load = Load.of(RATE, platform.frontDoor().uri(HELLO))) {
      load.awaitElapsed(WARM);
      greeter.answersAfter(2_000);
      load.awaitElapsed(WARM.plusSeconds(60));
      Load.Report report = load.stop();
      assertThat(report.failures()).isEmpty();
      assertThat(report.from(WARM).percentile(0.999)).isLessThan(Duration.ofSeconds(1));
    }
  }

  @Test
  void aGreeterThatFailsEverythingIsSetAsideAndReturnsWhenItIsWell() throws Exception {
    OwnInstance greeter = own("greeter", "own", 1);
    Eventually.is(() -> platform.gateways().instancesOf("greeter"), List.of(4, 4));
    try (Load load = Load.of(RATE, platform.frontDoor().uri(HELLO))) {
      load.awaitElapsed(Duration.ofSeconds(10));
      Duration failing = load.elapsed();
      greeter.answersWith(500);
      load.awaitElapsed(failing.plusSeconds(20));
      Duration well = load.elapsed();
      greeter.answersWith(200);
      load.awaitElapsed(well.plusSeconds(20));
      Load.Report report = load.stop();
      assertThat(report.between(WARM, failing).share("own")).isGreaterThan(0.1);
      assertThat(report.between(failing.plusSeconds(3), well).share("own")).isLessThan(0.02);
      assertThat(report.from(well.plusSeconds(12)).share("own")).isGreaterThan(0.1);
      assertThat(report.failures()).allMatch(each -> each.instance().equals("own"));
    }
  }

  private OwnInstance own(String service, String id, int weight) throws Exception {
    OwnInstance instance = new OwnInstance(platform, service, id, weight);
    own.add(instance);
    return instance;
  }
}
