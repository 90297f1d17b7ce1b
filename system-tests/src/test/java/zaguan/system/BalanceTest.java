package zaguan.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Three greeters behind two gateways. */
@Timeout(300)
class BalanceTest {

  private static final int REQUESTS = 3_000;

  private final Platform platform = Platform.shared();

  @BeforeEach
  void awaitRest() {
    platform.awaitRest();
  }

  @Test
  void everyReplicaAnswersAtLeastHalfItsShareAndNoRequestFails() throws Exception {
    URI hello = platform.frontDoor().uri("/greeter/hello/Ada");
    // New instances get less for 5 s, and little as long as they are slower than the others.
    try (Load load = Load.of(200, hello)) {
      TimeUnit.SECONDS.sleep(15);
      assertThat(load.stop().failures()).isEmpty();
    }

    // Long enough for an instance to get its share in spite of a pause of the machine.
    int count = 10 * REQUESTS;
    Load.Report report = Load.count(count, 16, hello);

    assertThat(report.failures()).isEmpty();
    Map<String, Long> answers = report.answersByInstance();
    assertThat(answers).hasSize(3);
    assertThat(answers.values()).allMatch(its -> its >= count / 3 / 2);
  }

  @Test
  void bothGatewaysServe() throws Exception {
    Map<String, Long> before = platform.statistics().requestsByGateway();
    assertThat(before).hasSize(2);
    Load.count(300, 8, platform.frontDoor().uri("/greeter/"));
    Map<String, Long> after = platform.statistics().requestsByGateway();
    assertThat(after)
        .allSatisfy((name, n) -> assertThat(n - before.getOrDefault(name, 0L)).isGreaterThan(30));
  }

  @Test
  void noRequestCallsConsul() throws Exception {
    double before = platform.consul().requests();
    assertThat(Load.count(REQUESTS, 16, platform.frontDoor().uri("/greeter/")).failures())
        .isEmpty();
    // Nomad's own synchronisation, and long polls whose time was over.
    assertThat(platform.consul().requests() - before).isLessThan(REQUESTS / 20.0);
  }
}
