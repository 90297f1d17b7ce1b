package zaguan.stack;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * What Nomad's scheduler made of a job.
 *
 * @param notPlaced by task group, why some of its instances have no place
 * @see <a href="https://developer.hashicorp.com/nomad/api-docs/evaluations">Nomad's evaluations</a>
 */
record Evaluation(String status, @JsonProperty("FailedTGAllocs") @Nullable JsonNode notPlaced) {

  boolean isComplete() {
    return status.equals("complete");
  }

  boolean hasPlacedAll() {
    return notPlaced == null || notPlaced.isEmpty();
  }
}
