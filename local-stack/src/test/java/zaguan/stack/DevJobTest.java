package zaguan.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DevJobTest {

  private static final String DESCRIBED =
      """
      {"ID": "orders", "TaskGroups": [
        {"Name": "orders", "Count": 3, "Update": {"MinHealthyTime": 2000000000},
         "Services": [{"PortLabel": "http", "Checks": [
           {"Type": "http", "Path": "/health", "Interval": 5000000000, "CheckRestart": {"Limit": 10}}]}],
         "Tasks": [
           {"Name": "orders",
            "Config": {
              "command": "java",
              "args": ["-Xmx96m", "-XX:AOTCache=/a/orders.aot", "-jar", "/a/orders.jar", "x"]}}]}]}
      """;

  private final DevJob job =
      new DevJob(
          "orders", List.of("-XX:SharedArchiveFile=/l.jsa"), "/l.jar:/classes", "Main", true);

  @Test
  void itRunsTheClassesBehindTheLibrariesWithoutTheCacheOfTheJar() throws Exception {
    JsonNode task = group(Optional.empty()).path("Tasks").path(0);
    assertThat(task.path("Config").path("args"))
        .extracting(JsonNode::asText)
        .containsExactly(
            "-Xmx96m", "-XX:SharedArchiveFile=/l.jsa", "-cp", "/l.jar:/classes", "Main", "x");
  }

  @Test
  void oneInstanceServesUntilTheNextIsHealthy() throws Exception {
    JsonNode group = group(Optional.empty());
    assertThat(group.path("Count").asInt()).isOne();
    assertThat(group.path("Update").path("Canary").asInt()).isOne();
    assertThat(group.path("Update").path("AutoPromote").asBoolean()).isTrue();
    assertThat(group.path("Update").path("MinHealthyTime").asLong()).isZero();
  }

  @Test
  void anInstanceHasAShareOfTheProcessorsWithWhichItStartsFast() throws Exception {
    JsonNode task = group(Optional.empty()).path("Tasks").path(0);
    assertThat(task.path("Resources").path("CPU").asInt()).isEqualTo(1000);
  }

  @Test
  void anInstanceInADebuggerIsNotStartedAgain() throws Exception {
    JsonNode check = group(Optional.empty()).path("Services").path(0).path("Checks").path(0);
    assertThat(check.path("CheckRestart").isNull()).isTrue();
    assertThat(check.path("Interval").asLong()).isEqualTo(1_000_000_000);
  }

  @Test
  void aCheckWaitsUntilTheInstanceAnswers() throws Exception {
    JsonNode check = group(Optional.empty()).path("Services").path(0).path("Checks").path(0);
    assertThat(check.path("Type").asText()).isEqualTo("script");
    assertThat(check.path("TaskName").asText()).isEqualTo("orders");
    assertThat(check.path("Args").path(1).asText()).contains("http://${NOMAD_ADDR_http}/health");
  }

  @Test
  void withoutCurlAnHttpCheckStaysOne() throws Exception {
    JsonNode changed =
        new DevJob("orders", List.of(), "", "Main", false).of(described(), Optional.empty());
    assertThat(changed.findValuesAsText("Type")).containsExactly("http");
  }

  @Test
  void theCountBeforeIsKeptThroughAllSaves() throws Exception {
    assertThat(countBefore(Optional.empty())).isEqualTo("3");
    assertThat(countBefore(Optional.of(present(5, null)))).isEqualTo("5");
    assertThat(countBefore(Optional.of(present(0, null)))).isEqualTo("0");
    assertThat(countBefore(Optional.of(present(1, Map.of(DevJob.COUNT_BEFORE, "5")))))
        .isEqualTo("5");
  }

  @Test
  void whateverEndsItTheNextRollOutHasTheCountBefore() throws Exception {
    Job edited = present(1, Map.of(DevJob.COUNT_BEFORE, "5"));
    JsonNode counted = Jobs.counted(described(), edited);
    assertThat(counted.path("TaskGroups").path(0).path("Count").asInt()).isEqualTo(5);
    assertThat(edited.isEdited()).isTrue();
  }

  @Test
  void aJobThatRunsAnotherProgramIsRefused() throws Exception {
    DevJob other = new DevJob("payments", List.of(), "", "Main", true);
    JsonNode described = described();
    assertThatThrownBy(() -> other.of(described, Optional.empty()))
        .isInstanceOf(StackFailure.class)
        .hasMessageContaining("does not run java -jar payments.jar");
  }

  @Test
  void theArchiveOfTheLibrariesIsForTheFlagsOfTheJob() throws Exception {
    assertThat(DevJob.flagsOf(described())).containsExactly("-Xmx96m");
  }

  private String countBefore(Optional<Job> before) throws Exception {
    return group(before).path("Meta").path(DevJob.COUNT_BEFORE).asText();
  }

  private JsonNode group(Optional<Job> before) throws Exception {
    return job.of(described(), before).path("TaskGroups").path(0);
  }

  private static Job present(int count, @Nullable Map<String, String> meta) {
    return new Job("orders", "default", 1, List.of(new Job.TaskGroup("orders", count, meta)));
  }

  private static JsonNode described() throws Exception {
    return new ObjectMapper().readTree(DESCRIBED);
  }
}
