package zaguan.stack;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The jobs of a stack: run with Nomad's own command line, as people do, and followed by its API.
 */
final class Jobs {

  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final Pattern EVALUATION = Pattern.compile("Evaluation ID: (\\S+)");

  /** A job as it was handed over; a later version than this one is not what was asked for. */
  private record Submitted(String job, int count, @Nullable String evaluation, int version) {}

  private final Checkout checkout;
  private final Tools tools;
  private final URI nomad;
  private final Map<String, String> environment;

  Jobs(Checkout checkout, Tools tools, URI nomad, Map<String, String> environment) {
    this.checkout = checkout;
    this.tools = tools;
    this.nomad = nomad;
    this.environment = environment;
  }

  /**
   * Runs each job with the count that is wanted of it, and returns when all are healthy. A job that
   * is as it should be stays as it is.
   */
  void run(Map<String, Integer> counts, Progress progress) {
    List<Submitted> submitted = new ArrayList<>();
    counts.forEach(
        (job, count) -> {
          progress.step(
              job + ": nomad job run " + checkout.root().relativize(checkout.jobFile(job)));
          String evaluation = runsAsWanted(job, count) ? null : submit(job, count);
          submitted.add(new Submitted(job, count, evaluation, version(job)));
        });
    submitted.forEach(each -> follow(each, progress));
  }

  /** Ends every job, the user's own among them, and waits until nothing of them runs. */
  void stopAll(Progress progress) {
    List<String> names = new ArrayList<>();
    for (JsonNode job : Http.get(nomad.resolve("/v1/jobs?namespace=*"))) {
      names.add(job.path("ID").asText());
      // Nobody is left to be told: no need to wait between leaving Consul and the signal.
      Http.delete(
          nomad.resolve(
              "/v1/job/"
                  + job.path("ID").asText()
                  + "?no_shutdown_delay=true&namespace="
                  + job.path("Namespace").asText()));
    }
    if (names.isEmpty()) {
      return;
    }
    progress.step("Nomad: stopping " + String.join(", ", names));
    Waiting.until(
        Duration.ofSeconds(45),
        () -> {
          JsonNode allocations = Http.get(nomad.resolve("/v1/allocations?namespace=*"));
          if (allocations.isMissingNode()) {
            return false;
          }
          int running = 0;
          for (JsonNode allocation : allocations) {
            running += isOver(allocation) ? 0 : 1;
          }
          progress.at(running + " allocations still run");
          return running == 0;
        });
  }

  private static boolean isOver(JsonNode allocation) {
    String status = allocation.path("ClientStatus").asText();
    return !status.equals("running") && !status.equals("pending");
  }

  /**
   * Whether Nomad has the job as it would be submitted. It would make a new version of any job with
   * a {@code scaling} block: it compares the ID too that it gives to that.
   */
  private boolean runsAsWanted(String job, int count) {
    if (!Http.get(nomad.resolve("/v1/job/" + job)).has("ID")) {
      return false;
    }
    Program.Result described = nomadRun(job, count, "-output");
    if (!described.succeeded()) {
      return false; // Nomad says why when it is submitted.
    }
    ObjectNode plan = JsonNodeFactory.instance.objectNode().put("Diff", true);
    try {
      plan.set("Job", new ObjectMapper().readTree(described.output()).path("Job"));
    } catch (JsonProcessingException e) {
      throw new StackFailure("nomad job run -output did not print JSON for " + job, e);
    }
    JsonNode diff = Http.post(nomad.resolve("/v1/job/" + job + "/plan"), plan).path("Diff");
    return diff.has("Type") && !differs(diff);
  }

  private static boolean differs(JsonNode diff) {
    boolean changed = !diff.path("Type").asText().equals("None");
    if (changed && !diff.path("Fields").isEmpty()) {
      return true;
    }
    boolean deeper = false;
    boolean any = false;
    for (String parts : List.of("Objects", "TaskGroups", "Tasks")) {
      for (JsonNode part : diff.path(parts)) {
        any = true;
        deeper |= differs(part);
      }
    }
    boolean onlyScaling = diff.path("Name").asText().equals("Scaling");
    return deeper || (changed && !any && !onlyScaling);
  }

  private Program.Result nomadRun(String job, int count, String how) {
    List<String> command = new ArrayList<>(List.of(tools.nomad().toString(), "job", "run", how));
    if (!job.equals("haproxy")) {
      command.add("-var=count=" + count);
    }
    command.add(checkout.jobFile(job).toString());
    return Program.run(checkout.root(), environment, command);
  }

  private String submit(String job, int count) {
    Program.Result result = nomadRun(job, count, "-detach");
    Matcher evaluation = EVALUATION.matcher(result.output());
    if (!result.succeeded() || !evaluation.find()) {
      throw new StackFailure("Nomad did not take the job " + job + ". It said:\n" + result.tail());
    }
    return evaluation.group(1);
  }

  private int version(String job) {
    return Http.get(nomad.resolve("/v1/job/" + job)).path("Version").asInt();
  }

  private void follow(Submitted submitted, Progress progress) {
    String job = submitted.job();
    boolean inTime =
        Waiting.until(
            PATIENCE,
            () -> {
              if (submitted.evaluation() != null) {
                JsonNode evaluated =
                    Http.get(nomad.resolve("/v1/evaluation/" + submitted.evaluation()));
                if (!evaluated.path("Status").asText().equals("complete")) {
                  progress.at(job + ": waiting for Nomad's scheduler");
                  return false;
                }
                requirePlaced(job, evaluated);
              }
              JsonNode deployment = deployment(submitted);
              boolean deploying = deployment.path("Status").asText().equals("running");
              int healthy = healthy(submitted, deploying);
              progress.at(
                  job
                      + ": "
                      + healthy
                      + " of "
                      + submitted.count()
                      + " healthy"
                      + (deploying ? ", deployment under way" : ""));
              if (!deploying && healthy == submitted.count()) {
                return true;
              }
              requireNotFailed(job, deployment);
              return false;
            });
    if (!inTime) {
      throw new StackFailure(
          job + " is not healthy after " + PATIENCE.toMinutes() + " minutes." + events(job));
    }
    progress.step(job + ": " + submitted.count() + " healthy");
  }

  /**
   * The deployment of the version that was submitted. Not the job's latest: when one fails, Nomad
   * reverts in the same step, and the latest is then that of the old version.
   */
  private JsonNode deployment(Submitted submitted) {
    for (JsonNode deployment :
        Http.get(nomad.resolve("/v1/job/" + submitted.job() + "/deployments"))) {
      if (deployment.path("JobVersion").asInt() == submitted.version()) {
        return deployment;
      }
    }
    return MissingNode.getInstance();
  }

  /** Running, of the version that was submitted, and not found unhealthy by its deployment. */
  private int healthy(Submitted submitted, boolean deploying) {
    int healthy = 0;
    for (JsonNode allocation :
        Http.get(nomad.resolve("/v1/job/" + submitted.job() + "/allocations"))) {
      JsonNode found = allocation.path("DeploymentStatus").path("Healthy");
      if (allocation.path("ClientStatus").asText().equals("running")
          && allocation.path("DesiredStatus").asText().equals("run")
          && allocation.path("JobVersion").asInt() == submitted.version()
          && found.asBoolean(!deploying)) {
        healthy++;
      }
    }
    return healthy;
  }

  private void requirePlaced(String job, JsonNode evaluation) {
    JsonNode failed = evaluation.path("FailedTGAllocs");
    if (!failed.isEmpty()) {
      throw new StackFailure(
          "Nomad cannot place "
              + job
              + " on this machine: exhausted or missing "
              + failed.findValues("DimensionExhausted")
              + failed.findValues("ConstraintFiltered")
              + ". Ask for fewer instances, or free what holds it: nomad job status "
              + job);
    }
  }

  private void requireNotFailed(String job, JsonNode deployment) {
    if (deployment.path("Status").asText().equals("failed")) {
      throw new StackFailure(
          "the deployment of "
              + job
              + " failed: "
              + deployment.path("StatusDescription").asText()
              + "."
              + events(job));
    }
  }

  /** What happened last to the job's newest allocation, for a message. */
  private String events(String job) {
    JsonNode newest = null;
    for (JsonNode allocation : Http.get(nomad.resolve("/v1/job/" + job + "/allocations"))) {
      if (newest == null
          || allocation.path("CreateIndex").asLong() > newest.path("CreateIndex").asLong()) {
        newest = allocation;
      }
    }
    if (newest == null) {
      return " It has no allocation; see: nomad job status " + job;
    }
    StringBuilder text = new StringBuilder(" Its newest allocation:\n");
    for (JsonNode task : newest.path("TaskStates")) {
      for (JsonNode event : task.path("Events")) {
        text.append("  ")
            .append(event.path("Type").asText())
            .append(": ")
            .append(event.path("DisplayMessage").asText())
            .append('\n');
      }
    }
    return text.append("Its log: nomad alloc logs -stderr ")
        .append(newest.path("ID").asText())
        .append(", and without -stderr")
        .toString();
  }
}
