package zaguan.stack;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DiagnosisTest {

  private static final String ONE = "11111111-1111-1111-1111-111111111111";
  private static final String TWO = "22222222-2222-2222-2222-222222222222";

  private final FakeAgent consul = new FakeAgent().says("/v1/agent/checks", "{}");
  private final FakeAgent agent =
      new FakeAgent()
          .says(
              "/v1/node/n1",
              "{\"Meta\": {\"consul_http_addr\": \"127.0.0.1:%d\"}}".formatted(consul.port()));
  private final Nomad nomad = new Nomad(agent.address());

  @AfterEach
  void close() {
    agent.close();
    consul.close();
  }

  @Test
  void aHealthyJobIsALine() {
    job(0, 2);
    allocations(running(ONE, 0, "true"), running(TWO, 0, "true"));
    assertThat(look().healthy()).isTrue();
    assertThat(look().lines())
        .containsExactly("orders is healthy: 2 of 2 instances run and pass their checks.");
  }

  @Test
  void anInstanceThatFailedIsSaidWithItsExitCodeAndTheEndOfItsStderr() {
    job(0, 1);
    deployments(deployment(0, "failed", "Failed due to progress deadline"));
    allocations(failed(ONE, 0, 1), failed(TWO, 0, 2));
    agent.logs(TWO, "orders.stderr.0", "no database at 10.0.0.7\n");
    assertThat(look().healthy()).isFalse();
    assertThat(look().lines())
        .containsExactly(
            "orders is not healthy: 0 of 1 instances run and pass their checks.",
            "Deployment of version 0: Failed due to progress deadline.",
            "",
            "orders-22222222 (version 0) failed: exit code 3, restarted 2 times",
            "  00:00:01  Started: Task started by client",
            "  00:00:02  Terminated: Exit Code: 3",
            "  Its stderr ends:",
            "    no database at 10.0.0.7",
            "1 more like it: orders-11111111");
  }

  @Test
  void whatLogsToStdoutOnlyIsReadThere() {
    job(0, 1);
    allocations(failed(ONE, 0, 1));
    agent.logs(ONE, "orders.stdout.0", "no database\n").logs(ONE, "orders.stderr.0", "");
    assertThat(look().lines()).contains("  Its stdout ends:", "    no database");
  }

  @Test
  void ofAStackTraceTheMessagesAreShown() {
    job(0, 1);
    allocations(failed(ONE, 0, 1));
    agent.logs(
        ONE,
        "orders.stderr.0",
        "Exception: cannot bind\n"
            + "\tat orders.Main.main(Main.java:7)\n".repeat(50)
            + "Caused by: Address already in use\n\t... 12 more\n");
    assertThat(look().lines())
        .endsWith("    Exception: cannot bind", "    Caused by: Address already in use");
  }

  @Test
  void aCheckThatFailsIsSaidWithWhatItFound() {
    job(0, 1);
    allocations(running(ONE, 0, "null"));
    consul.says(
        "/v1/agent/checks",
        """
        {"c1": {"Name": "ready", "Status": "critical", "ServiceID": "_nomad-task-%s-group-orders",
                "Output": "HTTP GET http://127.0.0.1:20001/ready: 503\\nOutput: no database"},
         "c2": {"Name": "of another", "Status": "critical", "ServiceID": "else", "Output": ""}}
        """
            .formatted(ONE));
    assertThat(look().healthy()).isFalse();
    assertThat(look().lines())
        .contains(
            "orders-11111111 (version 0) runs, and does not pass its checks",
            "  The check ready is critical:",
            "    HTTP GET http://127.0.0.1:20001/ready: 503",
            "    Output: no database",
            "  It has printed nothing.")
        .noneMatch(line -> line.contains("of another"));
  }

  @Test
  void withoutConsulTheChecksAreSaidToBeUnknown() {
    job(0, 1);
    allocations(running(ONE, 0, "true"));
    consul.close();
    assertThat(look().lines())
        .contains("Consul does not answer, so what its checks say is not known.");
  }

  @Test
  void aPortThatAnotherProgramHoldsIsSaidWithThatProgram() throws Exception {
    job(0, 1);
    allocations(failed(ONE, 0, 1));
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      agent.says(
          "/v1/allocation/" + ONE,
          """
          {"AllocatedResources": {"Shared": {"Ports": [{"Label": "http", "Value": %d}]}}}
          """
              .formatted(taken.getLocalPort()));
      assertThat(look().lines())
          .anyMatch(
              line ->
                  line.startsWith(
                          "  Its port "
                              + taken.getLocalPort()
                              + " (http) is held by process "
                              + ProcessHandle.current().pid()
                              + ": ")
                      && line.endsWith("nomad alloc stop 11111111"));
    }
  }

  @Test
  void aVersionThatWasTakenBackIsToldOfAJobThatIsHealthy() {
    job(2, 1);
    deployments(
        deployment(1, "failed", "Failed due to unhealthy allocations - rolling back to 0"),
        deployment(2, "successful", "Deployment completed successfully"));
    allocations(running(ONE, 2, "true"), failed(TWO, 1, 2));
    assertThat(look().healthy()).isTrue();
    assertThat(look().lines())
        .startsWith(
            "orders is healthy: 1 of 1 instances run and pass their checks.",
            "Deployment of version 1: Failed due to unhealthy allocations - rolling back to 0.",
            "",
            "orders-22222222 (version 1) failed: exit code 3, restarted 2 times");
  }

  @Test
  void aFailureOfOldThatAGoodVersionFollowedIsNotTold() {
    job(3, 1);
    deployments(
        deployment(1, "failed", "Failed"),
        deployment(2, "successful", "Done"),
        deployment(3, "successful", "Done"));
    allocations(running(ONE, 3, "true"), failed(TWO, 1, 2));
    assertThat(look().lines()).hasSize(1);
  }

  @Test
  void aJobThatHasNoPlaceIsSaidToWithWhatIsMissing() throws Exception {
    job(0, 1);
    String missing =
        """
        {"Status": "blocked", "FailedTGAllocs": {"orders": {
          "NodesEvaluated": 1, "ConstraintFiltered": null, "DimensionExhausted": {"memory": 1},
          "CoalescedFailures": 1}}}
        """;
    agent.says("/v1/job/orders/evaluations", "[" + missing + "]");
    String sentence =
        "2 instances of the group orders have no place: not enough memory is free; an instance"
            + " asks for 320 MB. Lower memory in its job file, or stop something (on 1 of 1"
            + " machine).";
    assertThat(look().lines()).contains(sentence);
    Evaluation evaluation = Nomad.read(new ObjectMapper().readTree(missing), Evaluation.class);
    assertThat(Diagnosis.notPlaced("orders", evaluation, nomad))
        .isEqualTo("Nomad has no place for all of orders.\n" + sentence);
  }

  @Test
  void constraintsAndPortsAreSaidByTheirNames() throws Exception {
    job(0, 1);
    agent.says(
        "/v1/job/orders/evaluations",
        """
        [{"Status": "blocked", "FailedTGAllocs": {"orders": {"NodesEvaluated": 2,
          "ConstraintFiltered": {"missing drivers": 1, "${attr.kernel.name} = windows": 1},
          "DimensionExhausted": {"network: reserved port collision http=8080": 1}}}}]
        """);
    assertThat(String.join("\n", look().lines()))
        .contains("a driver is missing that it asks for: exec2 (on 1 of 2 machines)")
        .contains("the constraint \"${attr.kernel.name} = windows\" is not met")
        .contains("the port http=8080, which its job file names, is given to another instance");
  }

  @Test
  void aJobThatIsStoppedIsSaidToWithHowToStartIt() {
    agent.says("/v1/job/orders", "{\"ID\": \"orders\", \"Stop\": true}");
    assertThat(look().lines())
        .containsExactly("orders is stopped. Start it: nomad job start orders");
  }

  @Test
  void aJobThatSleepsIsNotIll() {
    agent.says(
        "/v1/job/orders",
        """
        {"Type": "service", "TaskGroups": [{"Name": "orders", "Count": 0,
          "Services": [{"Meta": {"nomad-job": "x"}}]}]}
        """);
    assertThat(look().healthy()).isTrue();
    assertThat(look().lines())
        .containsExactly("orders sleeps: no instance is wanted, and the next request wakes it.");
  }

  @Test
  void whatUpSaysOfAFailedRolloutEndsWithTheDiagnosis() throws Exception {
    job(0, 1);
    allocations(failed(ONE, 0, 1));
    agent.logs(ONE, "orders.stderr.0", "no database\n");
    assertThat(Diagnosis.notHealthyInTime("orders", Duration.ofMinutes(4), nomad))
        .startsWith("orders is not rolled out after 4 minutes.\n")
        .endsWith("    no database");
    assertThat(
            Diagnosis.deploymentFailed(
                "orders", new Deployment(0, "failed", "Failed due to unhealthy"), nomad))
        .startsWith("the deployment of orders failed: Failed due to unhealthy.\n")
        .endsWith("    no database");
  }

  private Diagnosis look() {
    return new Diagnosis.Look("orders", nomad, ZoneOffset.UTC).diagnosis();
  }

  private void job(int version, int count) {
    agent.says(
        "/v1/job/orders",
        """
        {"ID": "orders", "Type": "service", "Version": %d, "TaskGroups": [
          {"Name": "orders", "Count": %d, "Tasks": [
            {"Driver": "exec2", "Resources": {"MemoryMB": 320, "CPU": 100}}]}]}
        """
            .formatted(version, count));
  }

  private void deployments(String... deployments) {
    agent.says("/v1/job/orders/deployments", List.of(deployments).toString());
  }

  private void allocations(String... allocations) {
    agent.says("/v1/job/orders/allocations", List.of(allocations).toString());
  }

  private static String deployment(int version, String status, String description) {
    return """
    {"JobVersion": %d, "Status": "%s", "StatusDescription": "%s"}
    """
        .formatted(version, status, description);
  }

  private static String running(String id, int version, String healthy) {
    return """
    {"ID": "%s", "NodeID": "n1", "CreateIndex": 9, "JobVersion": %d, "ClientStatus": "running",
     "DesiredStatus": "run", "DeploymentStatus": {"Healthy": %s}}
    """
        .formatted(id, version, healthy);
  }

  private static String failed(String id, int version, int index) {
    return """
    {"ID": "%s", "NodeID": "n1", "CreateIndex": %d, "JobVersion": %d, "ClientStatus": "failed",
     "DesiredStatus": "stop", "DeploymentStatus": {"Healthy": false},
     "TaskStates": {"orders": {"State": "dead", "Restarts": 2, "Events": [
       {"Type": "Started", "DisplayMessage": "Task started by client", "Time": 1000000000},
       {"Type": "Terminated", "DisplayMessage": "Exit Code: 3", "Time": 2000000000,
        "Details": {"exit_code": "3", "signal": "0", "oom_killed": "false"}}]}}}
    """
        .formatted(id, index, version);
  }
}
