package zaguan.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A job that Nomad has as its file says. */
class JobsTest {

  private static final String HEALTHY =
      """
      {"ID": "0123456789", "JobVersion": 4, "ClientStatus": "running", "DesiredStatus": "run",
       "DeploymentStatus": {"Healthy": true}}
      """;

  private final FakeAgent agent =
      new FakeAgent()
          .says(
              "/v1/job/orders",
              """
              {"ID": "orders", "Namespace": "default", "Version": 4,
               "TaskGroups": [{"Name": "orders", "Count": 1}]}
              """)
          .says("/v1/job/orders/plan", "{\"Diff\": {\"Type\": \"None\"}}")
          .says("/v1/job/orders/evaluations", "[]")
          .says("/v1/jobs", "{\"EvalID\": \"5bf4-11\"}")
          .says("/v1/evaluation/5bf4-11", "{\"Status\": \"complete\"}");

  private final Jobs jobs;
  private final Submission submission;

  JobsTest(@TempDir Path root) throws IOException {
    Path program = root.resolve("nomad");
    Files.writeString(program, "#!/bin/sh\necho '{\"Job\": {\"ID\": \"orders\", \"Meta\": null}}'");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    submission = new Submission("orders", root.resolve("orders.nomad.hcl"), 1);
    jobs = new Jobs(new Nomad(agent.address()), new NomadCommand(program, root, Map.of()));
  }

  @AfterEach
  void close() {
    agent.close();
  }

  @Test
  void isLeftAsItIs() {
    deployed("successful");
    runs(HEALTHY);
    jobs.run(List.of(submission), Progress.silent());
    assertThat(agent.asked()).doesNotContain("/v1/jobs");
  }

  @Test
  void isTriedAgainIfItsRollOutFailed() {
    deployed("failed");
    runs("");
    assertThatThrownBy(() -> jobs.run(List.of(submission), Progress.silent()))
        .isInstanceOf(StackFailure.class);
    assertThat(agent.asked()).contains("/v1/jobs");
  }

  @Test
  void isNotTriedAgainIfItCameRoundByItself() {
    deployed("failed");
    runs(HEALTHY);
    jobs.run(List.of(submission), Progress.silent());
    assertThat(agent.asked()).doesNotContain("/v1/jobs");
  }

  private void deployed(String status) {
    agent.says(
        "/v1/job/orders/deployments",
        "[{\"JobVersion\": 4, \"Status\": \"" + status + "\", \"StatusDescription\": \"\"}]");
  }

  private void runs(String allocation) {
    agent.says("/v1/job/orders/allocations", "[" + allocation + "]");
  }
}
