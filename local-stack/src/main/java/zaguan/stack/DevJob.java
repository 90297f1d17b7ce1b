package zaguan.stack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A job while its service is being edited: as its file says, with one instance, which runs classes
 * from a folder, and is checked as soon and as often as Nomad allows.
 *
 * @param service whose job it is
 * @param flags of the JVM, beside those of the job file
 * @param classPath of the libraries, then of the classes
 * @param mainClass of the service
 * @param waits whether a check may be a script that waits, with curl
 */
record DevJob(
    String service, List<String> flags, String classPath, String mainClass, boolean waits) {

  /** In the meta of a task group: its count before. Whatever ends this, the next roll-out knows. */
  static final String COUNT_BEFORE = "zaguan-count";

  /**
   * A share of the processors with which it starts beside a build or an IDE. With the 100 of the
   * greeter's job, it took seconds longer on two busy cores.
   */
  private static final int CPU = 1000;

  /**
   * Changes the job.
   *
   * @param described as its file says
   * @param before the job that Nomad has, if any
   * @throws StackFailure if the job does not run the service's jar
   */
  JsonNode of(JsonNode described, Optional<Job> before) {
    ObjectNode job = described.deepCopy();
    boolean runsIt = false;
    for (JsonNode each : job.path("TaskGroups")) {
      ObjectNode group = (ObjectNode) each;
      int count =
          before.stream()
              .flatMap(present -> present.groups().stream())
              .filter(present -> present.name().equals(group.path("Name").asText()))
              .map(Job.TaskGroup::wanted)
              .findFirst()
              .orElse(group.path("Count").asInt(1));
      object(group, "Meta").put(COUNT_BEFORE, String.valueOf(count));
      group.put("Count", 1);
      update(object(group, "Update"));
      for (JsonNode provided : group.path("Services")) {
        for (JsonNode check : provided.path("Checks")) {
          check((ObjectNode) check, provided.path("PortLabel").asText(), group);
        }
      }
      for (JsonNode task : group.path("Tasks")) {
        if (runsClasses((ObjectNode) task.path("Config"))) {
          runsIt = true;
          ObjectNode resources = object((ObjectNode) task, "Resources");
          resources.put("CPU", Math.max(resources.path("CPU").asInt(), CPU));
        }
      }
    }
    if (!runsIt) {
      throw new StackFailure(
          "the job file of "
              + service
              + " does not run java -jar "
              + service
              + ".jar with the driver raw_exec, which ./stack dev replaces");
    }
    return job;
  }

  /** The old instance serves until the new instance is healthy, or for good if it never is. */
  private static void update(ObjectNode update) {
    update.put("Canary", 1);
    update.put("AutoPromote", true);
    update.put("AutoRevert", false);
    update.put("MaxParallel", 1);
    update.put("MinHealthyTime", 0);
    // Then a deployment fails with its first instance, and not after a row of attempts.
    update.put("ProgressDeadline", 0);
  }

  /**
   * Consul asks once a second, at a moment that chance chooses: half a second is lost. A script may
   * wait in its first run until the instance answers, and is told then. It needs curl.
   */
  private void check(ObjectNode check, String port, JsonNode group) {
    check.put("Interval", Duration.ofSeconds(1).toNanos());
    // An instance in a debugger stands still.
    check.putNull("CheckRestart");
    if (!waits || !check.path("Type").asText().equals("http")) {
      return;
    }
    String label = check.path("PortLabel").asText();
    String question =
        "http://${NOMAD_ADDR_"
            + (label.isEmpty() ? port : label)
            + "}"
            + check.path("Path").asText();
    check.put("Type", "script");
    check.put("TaskName", group.path("Tasks").path(0).path("Name").asText());
    check.put("Command", "/bin/sh");
    check
        .putArray("Args")
        .add("-c")
        .add("until curl -fs -o /dev/null -m 3 '" + question + "'; do sleep 0.05; done");
    check.put("Timeout", Duration.ofSeconds(20).toNanos());
    for (String field : List.of("Path", "PortLabel", "Protocol", "Method")) {
      check.put(field, "");
    }
  }

  private boolean runsClasses(ObjectNode config) {
    List<String> before = new ArrayList<>();
    config.path("args").forEach(argument -> before.add(argument.asText()));
    int jar = before.indexOf("-jar");
    if (jar < 0
        || jar + 1 == before.size()
        || !before.get(jar + 1).endsWith("/" + service + ".jar")) {
      return false;
    }
    ArrayNode after = config.putArray("args");
    flags(before.subList(0, jar)).forEach(after::add);
    flags.forEach(after::add);
    after.add("-cp").add(classPath).add(mainClass);
    before.subList(jar + 2, before.size()).forEach(after::add);
    return true;
  }

  /** The flags of a JVM without its AOT cache, which is of another class path. */
  private static List<String> flags(List<String> arguments) {
    return arguments.stream().filter(flag -> !flag.startsWith("-XX:AOT")).toList();
  }

  /** The flags that the job gives to the JVM of the service. */
  static List<String> flagsOf(JsonNode described) {
    for (JsonNode arguments : described.findValues("args")) {
      List<String> all = new ArrayList<>();
      arguments.forEach(argument -> all.add(argument.asText()));
      if (all.contains("-jar")) {
        return flags(all.subList(0, all.indexOf("-jar")));
      }
    }
    return List.of();
  }

  private static ObjectNode object(ObjectNode in, String field) {
    return in.path(field) instanceof ObjectNode there ? there : in.putObject(field);
  }
}
