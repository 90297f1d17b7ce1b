package zaguan.stack;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An instance of a job, as Nomad lists it.
 *
 * @param deploymentStatus what its deployment found of it so far
 * @param taskStates by the task's name; null before a machine has the allocation
 * @see <a href="https://developer.hashicorp.com/nomad/api-docs/allocations">Nomad's allocations</a>
 */
record Allocation(
    @JsonProperty("ID") String id,
    long createIndex,
    int jobVersion,
    String clientStatus,
    String desiredStatus,
    @Nullable DeploymentStatus deploymentStatus,
    @Nullable Map<String, TaskState> taskStates) {

  /**
   * @param healthy null while it is not decided
   */
  record DeploymentStatus(@Nullable Boolean healthy) {}

  /** What became of a task, the oldest event first. */
  record TaskState(@Nullable List<Event> events) {}

  /** What happened to a task, in Nomad's words. */
  record Event(String type, String displayMessage) {}

  boolean runs() {
    return clientStatus.equals("running");
  }

  boolean isOver() {
    return !runs() && !clientStatus.equals("pending");
  }

  /** What the deployment found, or null. */
  @Nullable Boolean healthy() {
    return deploymentStatus == null ? null : deploymentStatus.healthy();
  }

  /** What happened to all its tasks. */
  List<Event> events() {
    return taskStates == null
        ? List.of()
        : taskStates.values().stream()
            .filter(state -> state.events() != null)
            .flatMap(state -> state.events().stream())
            .toList();
  }
}
