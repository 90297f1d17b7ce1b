package zaguan.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RolloutTest {

  private final Rollout rollout = new Rollout("greeter", "evaluation", 2);

  @Test
  void theDeploymentIsThatOfTheSubmittedVersionNotOfTheOneRevertedTo() {
    Deployment failed = new Deployment(2, "failed", "Failed due to unhealthy allocations");
    Deployment reverted = new Deployment(3, "running", "Deployment is running");
    assertThat(rollout.deployment(List.of(reverted, failed))).contains(failed);
    assertThat(rollout.deployment(List.of(reverted))).isEmpty();
  }

  @Test
  void anInstanceOfAnotherVersionOrThatIsToStopDoesNotCount() {
    assertThat(
            rollout.healthy(
                List.of(
                    allocation(1, "running", "run", true),
                    allocation(2, "running", "stop", true),
                    allocation(2, "pending", "run", null),
                    allocation(2, "running", "run", true)),
                false))
        .isOne();
  }

  @Test
  void whileItIsDeployedAnInstanceCountsOnceItIsFoundHealthy() {
    List<Allocation> undecided = List.of(allocation(2, "running", "run", null));
    assertThat(rollout.healthy(undecided, true)).isZero();
    assertThat(rollout.healthy(undecided, false)).isOne();
  }

  @Test
  void anInstanceThatWasFoundUnhealthyNeverCounts() {
    List<Allocation> unhealthy = List.of(allocation(2, "running", "run", false));
    assertThat(rollout.healthy(unhealthy, true)).isZero();
    assertThat(rollout.healthy(unhealthy, false)).isZero();
  }

  @Test
  void aServiceThatIsWokenMeanwhileHasALaterVersionAndCounts() {
    assertThat(rollout.healthy(List.of(allocation(3, "running", "run", true)), false)).isOne();
  }

  private static Allocation allocation(
      int version, String status, String desired, @Nullable Boolean healthy) {
    return new Allocation(
        "id",
        null,
        1,
        version,
        status,
        desired,
        new Allocation.DeploymentStatus(healthy),
        Map.of());
  }
}
