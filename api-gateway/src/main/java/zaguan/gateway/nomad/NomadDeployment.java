package zaguan.gateway.nomad;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.serde.annotation.Serdeable;

/**
 * What is read of <a
 * href="https://developer.hashicorp.com/nomad/api-docs/jobs#read-job-s-most-recent-deployment">{@code
 * /v1/job/:job_id/deployment}</a>.
 */
@Serdeable.Deserializable
public record NomadDeployment(
    @JsonProperty("JobVersion") long jobVersion,
    @JsonProperty("Status") String status,
    @JsonProperty("StatusDescription") @Nullable String description) {

  public boolean failed() {
    return status.equals("failed");
  }
}
