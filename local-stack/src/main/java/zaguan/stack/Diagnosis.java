package zaguan.stack;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Why a job is not healthy: what Nomad says of it, for people. */
final class Diagnosis {

  private Diagnosis() {}

  static String notPlaced(String job, Evaluation evaluation) {
    return "Nomad cannot place "
        + job
        + " on this machine: exhausted or missing "
        + reasons(evaluation.notPlaced(), "DimensionExhausted")
        + reasons(evaluation.notPlaced(), "ConstraintFiltered")
        + ". Ask for fewer instances, or free what holds it: nomad job status "
        + job;
  }

  private static List<JsonNode> reasons(@Nullable JsonNode notPlaced, String kind) {
    return notPlaced == null ? List.of() : notPlaced.findValues(kind);
  }

  static String deploymentFailed(String job, Deployment deployment, List<Allocation> allocations) {
    return "the deployment of "
        + job
        + " failed: "
        + deployment.statusDescription()
        + "."
        + newest(job, allocations);
  }

  static String notHealthyInTime(String job, Duration patience, List<Allocation> allocations) {
    return job
        + " is not healthy after "
        + patience.toMinutes()
        + " minutes."
        + newest(job, allocations);
  }

  /** What happened last to the job's newest allocation. */
  private static String newest(String job, List<Allocation> allocations) {
    return allocations.stream()
        .max(Comparator.comparingLong(Allocation::createIndex))
        .map(Diagnosis::history)
        .orElse(" It has no allocation; see: nomad job status " + job);
  }

  private static String history(Allocation allocation) {
    StringBuilder text = new StringBuilder(" Its newest allocation:\n");
    for (Allocation.Event event : allocation.events()) {
      text.append("  ")
          .append(event.type())
          .append(": ")
          .append(event.displayMessage())
          .append('\n');
    }
    return text.append("Its log: nomad alloc logs -stderr ")
        .append(allocation.id())
        .append(", and without -stderr")
        .toString();
  }
}
