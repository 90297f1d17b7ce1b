package zaguan.gateway.scaling;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;
import java.util.stream.Stream;

/**
 * What is read of <a href="https://developer.hashicorp.com/nomad/api-docs/jobs#read-job">{@code
 * /v1/job/:job_id}</a>.
 *
 * @param modifyIndex to scale it only if nobody else did meanwhile
 */
@Serdeable.Deserializable
record NomadJob(
    @JsonProperty("Stop") boolean stopped,
    @JsonProperty("Version") long version,
    @JsonProperty("JobModifyIndex") long modifyIndex,
    @JsonProperty("TaskGroups") @Nullable List<Group> groups) {

  @Serdeable.Deserializable
  record Group(
      @JsonProperty("Name") String name,
      @JsonProperty("Count") int count,
      @JsonProperty("Services") @Nullable List<Service> services,
      @JsonProperty("Tasks") @Nullable List<Task> tasks) {

    /** The service of that name, of the group or of one of its tasks. */
    @Nullable
    Service service(String name) {
      Stream<Service> ofTasks =
          orEmpty(tasks).stream().flatMap(task -> orEmpty(task.services()).stream());
      return Stream.concat(orEmpty(services).stream(), ofTasks)
          .filter(service -> service.name().equals(name))
          .findFirst()
          .orElse(null);
    }
  }

  @Serdeable.Deserializable
  record Task(@JsonProperty("Services") @Nullable List<Service> services) {}

  @Serdeable.Deserializable
  record Service(
      @JsonProperty("Name") String name,
      @JsonProperty("PortLabel") @Nullable String port,
      @JsonProperty("Checks") @Nullable List<Check> checks) {

    @Nullable
    Check firstCheck() {
      return checks == null || checks.isEmpty() ? null : checks.getFirst();
    }
  }

  @Serdeable.Deserializable
  record Check(
      @JsonProperty("Type") @Nullable String type,
      @JsonProperty("Protocol") @Nullable String protocol,
      @JsonProperty("PortLabel") @Nullable String port,
      @JsonProperty("Path") @Nullable String path) {}

  @Nullable
  Group group(String name) {
    return orEmpty(groups).stream()
        .filter(group -> group.name().equals(name))
        .findFirst()
        .orElse(null);
  }

  private static <T> List<T> orEmpty(@Nullable List<T> list) {
    return list == null ? List.of() : list;
  }
}
