package zaguan.gateway.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import zaguan.discovery.FakeConsul;

@Timeout(60)
class SleepingServicesTest {

  @Test
  void aServiceThatCannotBeKeptHoldsUpNoOther() throws Exception {
    try (FakeConsul consul = new FakeConsul();
        FollowedConsul followed = new FollowedConsul(consul)) {
      consul.register("a-1", "a", 1001, Map.of("nomad-job", "a", "more", "x".repeat(600 * 1024)));
      await().until(() -> followed.catalog().current().service("a") != null);
      consul.register("b-1", "b", 1002, Map.of("nomad-job", "b"));
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(() -> assertThat(consul.kept("zaguan/services/b")).isNotNull());
      assertThat(consul.kept("zaguan/services/a")).isNull();
    }
  }

  @Test
  void namesThatConsulTakesForNoKeyDelayNoOther() throws Exception {
    try (FakeConsul consul = new FakeConsul();
        FollowedConsul followed = new FollowedConsul(consul)) {
      for (int i = 0; i < 20; i++) {
        consul.register("odd-" + i, "odd" + i + " ", 1001, Map.of("nomad-job", "odd"));
      }
      await().until(() -> followed.catalog().current().services().size() == 20);
      consul.register("b-1", "b", 1002, Map.of("nomad-job", "b"));
      await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(() -> assertThat(consul.kept("zaguan/services/b")).isNotNull());
    }
  }
}
