package zaguan.stack;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Why instances have no place: what Nomad's scheduler says of each group of a job, in sentences.
 */
final class Placement {

  private Placement() {}

  /**
   * A sentence for each group that lacks instances.
   *
   * @param job as Nomad has it
   * @param notPlaced by group, what the scheduler met
   */
  static List<String> sentences(JsonNode job, JsonNode notPlaced) {
    List<String> sentences = new ArrayList<>();
    for (Map.Entry<String, JsonNode> group : notPlaced.properties()) {
      JsonNode met = group.getValue();
      int missing = 1 + met.path("CoalescedFailures").asInt();
      sentences.add(
          (missing == 1 ? "1 instance" : missing + " instances")
              + " of the group "
              + group.getKey()
              + (missing == 1 ? " has" : " have")
              + " no place: "
              + String.join("; ", reasons(job, group.getKey(), met))
              + ".");
    }
    return sentences;
  }

  private static List<String> reasons(JsonNode job, String group, JsonNode met) {
    List<String> reasons = new ArrayList<>();
    int machines = met.path("NodesEvaluated").asInt();
    if (machines == 0) {
      reasons.add("no machine is there for it; see: nomad node status");
    }
    met.path("ConstraintFiltered")
        .properties()
        .forEach(
            each ->
                reasons.add(
                    constraint(each.getKey(), job, group) + on(each.getValue().asInt(), machines)));
    met.path("DimensionExhausted")
        .properties()
        .forEach(
            each ->
                reasons.add(
                    exhausted(each.getKey(), job, group) + on(each.getValue().asInt(), machines)));
    for (JsonNode quota : met.path("QuotaExhausted")) {
      reasons.add("the quota " + quota.asText() + " is used up");
    }
    return reasons;
  }

  private static String on(int machines, int ofMachines) {
    return " (on "
        + machines
        + " of "
        + ofMachines
        + (ofMachines == 1 ? " machine)" : " machines)");
  }

  private static String constraint(String constraint, JsonNode job, String group) {
    return constraint.equals("missing drivers")
        ? "a driver is missing that it asks for: "
            + String.join(", ", tasks(job, group).findValuesAsText("Driver"))
        : "the constraint \"" + constraint + "\" is not met";
  }

  private static String exhausted(String what, JsonNode job, String group) {
    String collision = "network: reserved port collision ";
    if (what.startsWith(collision)) {
      return "the port "
          + what.substring(collision.length())
          + ", which its job file names, is given to another instance";
    }
    return switch (what) {
      case "memory" ->
          "not enough memory is free; an instance asks for "
              + sum(job, group, "MemoryMB")
              + " MB. Lower memory in its job file, or stop something";
      case "cpu" ->
          "not enough CPU is free; an instance asks for "
              + sum(job, group, "CPU")
              + " MHz. Lower cpu in its job file, or stop something";
      default -> what + " is exhausted";
    };
  }

  private static long sum(JsonNode job, String group, String resource) {
    long sum = 0;
    for (JsonNode task : tasks(job, group)) {
      sum += task.path("Resources").path(resource).asLong();
    }
    return sum;
  }

  private static JsonNode tasks(JsonNode job, String name) {
    for (JsonNode group : job.path("TaskGroups")) {
      if (group.path("Name").asText().equals(name)) {
        return group.path("Tasks");
      }
    }
    return job.path("no such group");
  }
}
