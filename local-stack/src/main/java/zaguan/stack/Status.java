package zaguan.stack;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * What runs of a stack, and where.
 *
 * @param condition of the whole
 * @param lines for people
 */
public record Status(Condition condition, List<String> lines) {

  /** Of the whole. */
  public enum Condition {
    /** Every part answers. */
    up,
    /** Some part does not. */
    partly,
    /** Nothing runs. */
    down
  }

  /**
   * @param down how to end what is left
   */
  static Status nothing(int processes, String down) {
    return processes == 0
        ? new Status(Condition.down, List.of("no stack is up"))
        : new Status(
            Condition.partly,
            List.of(processes + " processes of a stack that is gone; end them: " + down));
  }

  /** The same, while another command is at work on the stack. */
  Status during(String work) {
    return condition == Condition.down
        ? new Status(Condition.partly, List.of(work))
        : new Status(condition, Stream.concat(Stream.of(work, ""), lines.stream()).toList());
  }

  /**
   * @param command makes a command line for this stack of its words
   */
  static Status of(StackState.Settings settings, Agents agents, UnaryOperator<String> command) {
    Endpoints endpoints = Endpoints.of(settings.ports());
    List<String> lines = new ArrayList<>();
    boolean whole = agent("Consul", agents.running("consul"), endpoints.consul(), lines);
    whole &= agent("Nomad", agents.running("nomad"), endpoints.nomad(), lines);
    lines.add("");
    JsonNode jobs = Http.get(endpoints.nomad().resolve("/v1/jobs"));
    if (jobs.isMissingNode()) {
      lines.add("jobs: not known, since Nomad does not answer");
    } else if (agents.running("consul").isEmpty()) {
      lines.add("checks: not known, since Consul does not run");
    }
    for (JsonNode job : jobs) {
      if (job.path("Type").asText().equals("service")) {
        if (job.path("Stop").asBoolean()) {
          String name = job.path("ID").asText();
          lines.add(name + ": stopped; to start it: nomad job start " + name);
        } else {
          whole &= job(endpoints, job, command, lines);
        }
      }
    }
    lines.add("");
    // Asks for the gateway's own page: a request for a sleeping service would wake it.
    boolean answers = new Routes(endpoints).areKnown();
    lines.add(line("front door", endpoints.frontDoor(), answers ? "answers" : "DOES NOT ANSWER"));
    lines.add(line("its statistics", endpoints.statistics(), ""));
    whole &= answers;
    boolean nothing = agents.running("consul").isEmpty() && agents.running("nomad").isEmpty();
    return new Status(
        whole ? Condition.up : nothing && !answers ? Condition.down : Condition.partly, lines);
  }

  private static boolean agent(
      String name, List<ProcessHandle> running, URI uri, List<String> lines) {
    lines.add(
        line(
            name, uri, running.isEmpty() ? "DOES NOT RUN" : "process " + running.getFirst().pid()));
    return !running.isEmpty();
  }

  private static boolean job(
      Endpoints endpoints, JsonNode job, UnaryOperator<String> command, List<String> lines) {
    String name = job.path("ID").asText();
    int wanted = 0;
    boolean wakes = false;
    for (JsonNode group :
        Http.get(endpoints.nomad().resolve("/v1/job/" + name)).path("TaskGroups")) {
      wanted += group.path("Count").asInt();
      wakes |= !group.findValues("nomad-job").isEmpty();
    }
    int running = 0;
    for (JsonNode allocation :
        Http.get(endpoints.nomad().resolve("/v1/job/" + name + "/allocations"))) {
      running += allocation.path("ClientStatus").asText().equals("running") ? 1 : 0;
    }
    List<String> instances = new ArrayList<>();
    boolean healthy = true;
    for (JsonNode entry : Http.get(endpoints.consul().resolve("/v1/health/service/" + name))) {
      boolean passes = !entry.path("Checks").findValuesAsText("Status").contains("critical");
      healthy &= passes;
      JsonNode service = entry.path("Service");
      instances.add(
          "  "
              + service.path("Address").asText()
              + ":"
              + service.path("Port").asInt()
              + (passes ? "" : "  CRITICAL"));
    }
    boolean whole = healthy && running >= wanted;
    lines.add(
        name
            + ": "
            + running
            + " of "
            + wanted
            + " allocations run"
            + (wanted == 0 && wakes ? ", it sleeps and wakes with the next request" : "")
            + (whole ? "" : "  <-- NOT ALL UP; for the reason: " + command.apply("why " + name)));
    lines.addAll(instances);
    return whole;
  }

  private static String line(String what, URI uri, String state) {
    return String.format("%-16s%-28s%s", what, uri, state).stripTrailing();
  }
}
