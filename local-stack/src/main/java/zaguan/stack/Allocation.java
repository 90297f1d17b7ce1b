package zaguan.stack;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An instance of a job, as Nomad lists it.
 *
 * @param nodeId the machine that has it
 * @param deploymentStatus what its deployment found of it so far
 * @param taskStates by the task's name; null before a machine has the allocation
 * @see <a href="https://developer.hashicorp.com/nomad/api-docs/allocations">Nomad's allocations</a>
 */
record Allocation(
    @JsonProperty("ID") String id,
    @JsonProperty("NodeID") @Nullable String nodeId,
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

  /**
   * What became of a task.
   *
   * @param state pending, running or dead
   * @param events the oldest first
   */
  record TaskState(String state, int restarts, @Nullable List<Event> events) {}

  /**
   * What happened to a task, in Nomad's words.
   *
   * @param time nanoseconds since 1970
   * @param details such as {@code exit_code}
   */
  record Event(
      String type, String displayMessage, long time, @Nullable Map<String, String> details) {}

  boolean runs() {
    return clientStatus.equals("running");
  }

  boolean isOver() {
    return !runs() && !clientStatus.equals("pending");
  }

  /** Nomad wants it to run. */
  boolean isWanted() {
    return desiredStatus.equals("run");
  }

  boolean hasFailed() {
    return clientStatus.equals("failed") || clientStatus.equals("lost");
  }

  /** What the deployment found, or null. */
  @Nullable Boolean healthy() {
    return deploymentStatus == null ? null : deploymentStatus.healthy();
  }

  /** As the instance calls itself in its answers: such as {@code greeter-1f3a5b7c}. */
  String instance(String job) {
    return job + "-" + id.substring(0, Math.min(8, id.length()));
  }

  /** What happened to all its tasks, the oldest event first. */
  List<Event> events() {
    return taskStates == null
        ? List.of()
        : taskStates.values().stream()
            .filter(state -> state.events() != null)
            .flatMap(state -> state.events().stream())
            .sorted(Comparator.comparingLong(Event::time))
            .toList();
  }

  /** How its tasks ended last, such as "exit code 3"; empty if none has ended. */
  String end() {
    return events().reversed().stream()
        .filter(event -> event.type().equals("Terminated"))
        .findFirst()
        .map(Allocation::end)
        .orElse("");
  }

  private static String end(Event terminated) {
    Map<String, String> details = terminated.details() == null ? Map.of() : terminated.details();
    String signal = details.getOrDefault("signal", "0");
    return (details.getOrDefault("oom_killed", "").equals("true")
            ? "killed because it needed more than its memory, "
            : "")
        + "exit code "
        + details.getOrDefault("exit_code", "unknown")
        + (signal.equals("0") ? "" : ", signal " + signal);
  }

  /** What it does, and how it came to that: "failed: exit code 3, restarted 2 times". */
  String standing() {
    long restarts =
        taskStates == null ? 0 : taskStates.values().stream().mapToLong(TaskState::restarts).sum();
    boolean restarting = clientStatus.equals("pending") && restarts > 0;
    String does =
        switch (clientStatus) {
          case "running" -> "runs";
          case "pending" -> restarting ? "is being restarted" : "is being started";
          case "complete" -> "has ended";
          case "lost" -> "is lost, with its machine";
          default -> clientStatus;
        };
    List<String> how = new ArrayList<>();
    if (!end().isEmpty()) {
      how.add((runs() || restarting ? "last " : "") + end());
    }
    if (restarts > 0) {
      how.add("restarted " + (restarts == 1 ? "once" : restarts + " times"));
    }
    return does + (how.isEmpty() ? "" : ": " + String.join(", ", how));
  }
}
