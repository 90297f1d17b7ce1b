package zaguan.stack;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class DiagnosisTest {

  private static final String ALLOCATIONS =
      """
      [{"ID": "old", "CreateIndex": 20, "JobVersion": 0, "ClientStatus": "running",
        "DesiredStatus": "run", "DeploymentStatus": {"Healthy": true}, "TaskStates": null},
       {"ID": "new", "CreateIndex": 31, "JobVersion": 1, "ClientStatus": "failed",
        "DesiredStatus": "run", "DeploymentStatus": {"Healthy": false},
        "TaskStates": {"greeter": {"State": "dead", "Failed": true, "Events": [
          {"Type": "Started", "DisplayMessage": "Task started by client"},
          {"Type": "Terminated", "DisplayMessage": "Exit Code: 1"}]}}}]
      """;

  private static final String NEWEST =
      """
       Its newest allocation:
        Started: Task started by client
        Terminated: Exit Code: 1
      Its log: nomad alloc logs -stderr new, and without -stderr\
      """;

  @Test
  void aJobThatHasNoPlaceIsSaidToWithWhatIsMissing() throws Exception {
    Evaluation evaluation =
        read(
            """
            {"ID": "e1", "Status": "complete", "FailedTGAllocs": {"greeter": {
              "NodesEvaluated": 1, "NodesExhausted": 1, "ConstraintFiltered": null,
              "DimensionExhausted": {"memory": 1}}}}
            """,
            Evaluation.class);
    assertThat(evaluation.hasPlacedAll()).isFalse();
    assertThat(Diagnosis.notPlaced("greeter", evaluation))
        .isEqualTo(
            "Nomad cannot place greeter on this machine: exhausted or missing"
                + " [{\"memory\":1}][null]. Ask for fewer instances, or free what holds it:"
                + " nomad job status greeter");
  }

  @Test
  void aFailedDeploymentIsSaidWithWhatHappenedToTheNewestAllocation() throws Exception {
    Deployment deployment =
        read(
            """
            {"ID": "d1", "JobVersion": 1, "Status": "failed",
             "StatusDescription": "Failed due to unhealthy allocations"}
            """,
            Deployment.class);
    assertThat(Diagnosis.deploymentFailed("greeter", deployment, allocations(ALLOCATIONS)))
        .isEqualTo(
            "the deployment of greeter failed: Failed due to unhealthy allocations." + NEWEST);
  }

  @Test
  void whatTakesTooLongIsSaidWithWhatHappenedToTheNewestAllocation() throws Exception {
    assertThat(
            Diagnosis.notHealthyInTime("greeter", Duration.ofMinutes(4), allocations(ALLOCATIONS)))
        .isEqualTo("greeter is not healthy after 4 minutes." + NEWEST);
  }

  @Test
  void aJobWithoutAllocationsIsSaidToHaveNone() {
    assertThat(Diagnosis.notHealthyInTime("greeter", Duration.ofMinutes(4), List.of()))
        .isEqualTo(
            "greeter is not healthy after 4 minutes. It has no allocation;"
                + " see: nomad job status greeter");
  }

  @Test
  void anAllocationThatNoMachineHasYetHasNoEvents() throws Exception {
    assertThat(allocations(ALLOCATIONS).getFirst().events()).isEmpty();
  }

  private static List<Allocation> allocations(String json) throws Exception {
    return List.of(read(json, Allocation[].class));
  }

  private static <T> T read(String json, Class<T> type) throws Exception {
    return Nomad.read(new ObjectMapper().readTree(json), type);
  }
}
