package zaguan.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** More requests than a service can answer. */
@Timeout(400)
class OverloadTest {

  private final Platform platform = Platform.shared();

  @BeforeAll
  static void warm() throws Exception {
    Platform.shared().warm();
  }

  @BeforeEach
  void awaitRest() {
    platform.awaitRest();
  }

  @Test
  void fiveTimesWhatAServiceCanIsShedAtOnceAndTheRestIsServed() throws Exception {
    int capacity = 40;
    try (OwnInstance only = new OwnInstance(platform, "bounded", "only", 1, 4, 100)) {
      // Of two gateways, 5 s of work, or 15 s where the machine has a third of its speed.
      only.registerWith(", \"Meta\": {\"max-concurrency\": \"100\"}");
      Eventually.is(() -> platform.gateways().instancesOf("bounded"), List.of(1, 1));
      Load.Report peak = Load.count(5 * capacity, 32, platform.frontDoor().uri("/bounded/"));
      assertThat(peak.failures()).isEmpty();
      double perSecond = peak.perSecond();
      long before = platform.processes().residentKilobytes("api-gateway");
      try (Load load = Load.of(5 * capacity, platform.frontDoor().uri("/bounded/"))) {
        // Until then requests queue up to the bound, the limit sees that the queue does not go
        // away, and JVMs that have just started compile.
        Duration steady = Duration.ofSeconds(20);
        load.awaitElapsed(steady.plusSeconds(20));
        long after = platform.processes().residentKilobytes("api-gateway");
        Load.Report report = load.stop();
        long good =
            report.endedBetween(steady, steady.plusSeconds(20)).outcomes().stream()
                .filter(each -> !each.failed())
                .count();
        assertThat(good / 20.0).isGreaterThan(0.5 * perSecond);
        assertThat(report.failures())
            .allMatch(each -> each.status() == 503)
            .allMatch(each -> each.text().contains("retry-after=[1]"));
        // Requests that queue take seconds. A busy machine makes some of the others late, too.
        assertThat(new Load.Report(report.from(steady).failures()).percentile(0.9))
            .as("until it is shed")
            .isLessThan(Duration.ofMillis(500));
        assertThat(report.between(steady, steady.plusSeconds(10)).percentile(1))
            .as("until it is served, or shed")
            .isLessThan(Duration.ofSeconds(6));
        // Requests that are shed take no memory.
        assertThat(after - before).isLessThan(64_000);
      }
    }
  }
}
