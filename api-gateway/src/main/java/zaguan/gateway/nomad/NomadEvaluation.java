package zaguan.gateway.nomad;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.serde.annotation.Serdeable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What is read of <a
 * href="https://developer.hashicorp.com/nomad/api-docs/jobs#list-job-evaluations">{@code
 * /v1/job/:job_id/evaluations}</a>.
 *
 * @param unplaced why there was no place, by group
 */
@Serdeable.Deserializable
public record NomadEvaluation(
    @JsonProperty("Status") String status,
    @JsonProperty("FailedTGAllocs") @Nullable Map<String, Metric> unplaced) {

  @Serdeable.Deserializable
  public record Metric(
      @JsonProperty("NodesEvaluated") int evaluated,
      @JsonProperty("ConstraintFiltered") @Nullable Map<String, Integer> constraints,
      @JsonProperty("DimensionExhausted") @Nullable Map<String, Integer> exhausted) {

    private String reasons() {
      List<String> reasons = new ArrayList<>();
      if (exhausted != null) {
        exhausted.forEach((what, nodes) -> reasons.add(what + " exhausted on " + nodes + " nodes"));
      }
      if (constraints != null) {
        constraints.forEach((what, nodes) -> reasons.add(what + " on " + nodes + " nodes"));
      }
      return reasons.isEmpty() ? evaluated + " nodes were looked at" : String.join(", ", reasons);
    }
  }

  /** Why the group waits for a place, for people; null if it does not. */
  @Nullable
  public String noPlaceFor(String group) {
    Metric metric = status.equals("blocked") && unplaced != null ? unplaced.get(group) : null;
    return metric == null ? null : metric.reasons();
  }
}
