package zaguan.gateway.nomad;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;
import java.util.Map;

/**
 * What is read of <a href="https://developer.hashicorp.com/nomad/api-docs/jobs#read-job">{@code
 * /v1/job/:job_id}</a>. Nomad leaves {@code ${…}} in it as the job file has them; see {@link
 * Registration}.
 *
 * @param modifyIndex to scale the job only if nobody has changed it meanwhile
 */
@Serdeable.Deserializable
public record NomadJob(
    @JsonProperty("ID") @Nullable String id,
    @JsonProperty("Name") @Nullable String name,
    @JsonProperty("Type") @Nullable String type,
    @JsonProperty("Namespace") @Nullable String namespace,
    @JsonProperty("Region") @Nullable String region,
    @JsonProperty("Stop") boolean stopped,
    @JsonProperty("Version") long version,
    @JsonProperty("JobModifyIndex") long modifyIndex,
    @JsonProperty("Meta") @Nullable Map<String, String> meta,
    @JsonProperty("TaskGroups") @Nullable List<Group> groups) {

  @Serdeable.Deserializable
  public record Group(
      @JsonProperty("Name") String name,
      @JsonProperty("Count") int count,
      @JsonProperty("Scaling") @Nullable Scaling scaling,
      @JsonProperty("Meta") @Nullable Map<String, String> meta,
      @JsonProperty("Services") @Nullable List<Service> services,
      @JsonProperty("Tasks") @Nullable List<Task> tasks) {

    /** The least that its {@code scaling} block allows. */
    public int least() {
      return scaling == null || scaling.min() == null ? 0 : scaling.min();
    }

    /** Whether its {@code scaling} block does not say {@code enabled = false}. */
    public boolean mayBeScaled() {
      return scaling == null || scaling.enabled() == null || scaling.enabled();
    }
  }

  /** The group's {@code scaling} block. */
  @Serdeable.Deserializable
  public record Scaling(
      @JsonProperty("Min") @Nullable Integer min,
      @JsonProperty("Enabled") @Nullable Boolean enabled) {}

  @Serdeable.Deserializable
  public record Task(
      @JsonProperty("Name") @Nullable String name,
      @JsonProperty("Env") @Nullable Map<String, String> env,
      @JsonProperty("Meta") @Nullable Map<String, String> meta,
      @JsonProperty("Services") @Nullable List<Service> services) {}

  /** A {@code service} block, of a group or of a task. */
  @Serdeable.Deserializable
  public record Service(
      @JsonProperty("Name") String name,
      @JsonProperty("Provider") @Nullable String provider,
      @JsonProperty("PortLabel") @Nullable String port,
      @JsonProperty("Tags") @Nullable List<String> tags,
      @JsonProperty("Meta") @Nullable Map<String, String> meta,
      @JsonProperty("Checks") @Nullable List<Check> checks) {}

  @Serdeable.Deserializable
  public record Check(
      @JsonProperty("Type") @Nullable String type,
      @JsonProperty("Protocol") @Nullable String protocol,
      @JsonProperty("PortLabel") @Nullable String port,
      @JsonProperty("Path") @Nullable String path) {}

  /** Whether its instances are to run for good; the other types are not scaled from here. */
  public boolean isService() {
    return type == null || type.equals("service");
  }

  @Nullable
  public Group group(String name) {
    return orEmpty(groups).stream()
        .filter(group -> group.name().equals(name))
        .findFirst()
        .orElse(null);
  }

  public static <T> List<T> orEmpty(@Nullable List<T> list) {
    return list == null ? List.of() : list;
  }
}
