package zaguan.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** More instances and fewer, while requests go on. */
@Timeout(300)
class ScalingTest {

  private static final Duration FOLLOWS = Duration.ofSeconds(3);

  private final Platform platform = Platform.shared();

  @BeforeEach
  void awaitRest() {
    platform.awaitRest();
  }

  @AfterEach
  void backToThree() throws Exception {
    platform.nomad().scale("greeter", 3);
    platform.nomad().scale("api-gateway", 2);
    platform.awaitRest();
  }

  @Test
  void greetersGoFrom3To6To1WithoutALostRequest() throws Exception {
    try (Load load = Load.of(100, platform.frontDoor().uri("/greeter/hello/Ada"))) {
      platform.nomad().scale("greeter", 6);
      greetersFollow(6);
      platform.nomad().scale("greeter", 1);
      greetersFollow(1);
      platform.nomad().awaitRunning("greeter", 1);
      Load.Report report = load.stop();
      assertThat(report.failures()).isEmpty();
      assertThat(report.answersByInstance()).hasSize(6);
    }
  }

  @Test
  void gatewaysGoFrom2To3To1WithoutALostRequest() throws Exception {
    try (Load load = Load.of(100, platform.frontDoor().uri("/greeter/hello/Ada"))) {
      platform.nomad().scale("api-gateway", 3);
      gatewaysFollow(3);
      platform.nomad().scale("api-gateway", 1);
      gatewaysFollow(1);
      platform.nomad().awaitRunning("api-gateway", 1);
      assertThat(load.stop().failures()).isEmpty();
    }
  }

  /** From the moment at which Consul's health says so: DNS and both gateways, within 3 seconds. */
  private void greetersFollow(int count) {
    Eventually.is(() -> platform.consul().passing("greeter"), count);
    Eventually.within(FOLLOWS, () -> platform.dns().srv("greeter.service.consul.").size(), count);
    Eventually.within(
        FOLLOWS, () -> platform.gateways().instancesOf("greeter"), List.of(count, count));
  }

  private void gatewaysFollow(int count) {
    Eventually.is(() -> platform.consul().passing("api-gateway"), count);
    Eventually.within(
        FOLLOWS, () -> platform.dns().srv("_api-gateway._tcp.service.consul.").size(), count);
    Eventually.within(FOLLOWS, () -> platform.statistics().requestsByGateway().size(), count);
  }
}
