package zaguan.gateway.nomad;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;
import java.util.Map;

/**
 * What is read of <a
 * href="https://developer.hashicorp.com/nomad/api-docs/allocations#read-allocation">{@code
 * /v1/allocation/:alloc_id}</a>, and of the lists of them, which leave the ports out.
 */
@Serdeable.Deserializable
public record NomadAllocation(
    @JsonProperty("ID") String id,
    @JsonProperty("TaskGroup") String group,
    @JsonProperty("NodeName") @Nullable String node,
    @JsonProperty("DesiredStatus") String desired,
    @JsonProperty("ClientStatus") String status,
    @JsonProperty("CreateIndex") long createIndex,
    @JsonProperty("DeploymentStatus") @Nullable DeploymentStatus deployment,
    @JsonProperty("TaskStates") @Nullable Map<String, TaskState> tasks,
    @JsonProperty("AllocatedResources") @Nullable Resources resources) {

  @Serdeable.Deserializable
  public record DeploymentStatus(@JsonProperty("Canary") boolean canary) {}

  @Serdeable.Deserializable
  public record TaskState(@JsonProperty("Events") @Nullable List<Event> events) {}

  @Serdeable.Deserializable
  public record Event(@JsonProperty("DisplayMessage") @Nullable String message) {}

  @Serdeable.Deserializable
  public record Resources(@JsonProperty("Shared") @Nullable Shared shared) {}

  @Serdeable.Deserializable
  public record Shared(@JsonProperty("Ports") @Nullable List<Port> ports) {}

  @Serdeable.Deserializable
  public record Port(
      @JsonProperty("Label") String label,
      @JsonProperty("Value") int value,
      @JsonProperty("HostIP") String host) {}

  /** As Nomad's own commands show and take it. */
  public String shortId() {
    return id.substring(0, 8);
  }

  /** Whether it runs, or is to run. */
  public boolean lives() {
    return desired.equals("run") && (status.equals("pending") || status.equals("running"));
  }

  /** Whether it is a canary, which is to be promoted first and may carry other tags. */
  public boolean isCanary() {
    return deployment != null && deployment.canary();
  }

  public boolean failed() {
    return status.equals("failed") || status.equals("lost");
  }

  @Nullable
  public Port port(@Nullable String label) {
    if (resources == null || resources.shared() == null || resources.shared().ports() == null) {
      return null;
    }
    return resources.shared().ports().stream()
        .filter(port -> port.label().equals(label))
        .findFirst()
        .orElse(null);
  }

  /** What happened to it last, for people; empty if nothing is known. */
  public String lastEvent() {
    String last = "";
    if (tasks != null) {
      for (TaskState task : tasks.values()) {
        if (task.events() != null && !task.events().isEmpty()) {
          String message = task.events().getLast().message();
          last = message == null ? last : message;
        }
      }
    }
    return last;
  }
}
