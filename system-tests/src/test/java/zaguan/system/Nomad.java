package zaguan.system;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** The stack's Nomad agent: its command line and its HTTP API. */
final class Nomad {

  private final URI api;
  private final CommandLine commandLine;

  Nomad(URI api, CommandLine commandLine) {
    this.api = api;
    this.commandLine = commandLine;
  }

  /** Runs Nomad's command line; returns what it prints. */
  String run(String... arguments) throws IOException, InterruptedException {
    return commandLine.run(arguments);
  }

  JsonNode get(String path) throws IOException, InterruptedException {
    return Http.json(api.resolve(path));
  }

  JsonNode job(String job) throws IOException, InterruptedException {
    return get("/v1/job/" + job);
  }

  long version(String job) throws IOException, InterruptedException {
    return job(job).path("Version").asLong();
  }

  /** How many instances the job is to have. */
  int count(String job) throws IOException, InterruptedException {
    return job(job).path("TaskGroups").path(0).path("Count").asInt();
  }

  JsonNode allocations(String job) throws IOException, InterruptedException {
    return get("/v1/job/" + job + "/allocations");
  }

  /** Each change of the job's count since it was first run. */
  JsonNode scalings(String job) throws IOException, InterruptedException {
    return get("/v1/job/" + job + "/scale").path("TaskGroups").path(job).path("Events");
  }

  /** The IDs of the job's allocations that run. */
  List<String> running(String job) throws IOException, InterruptedException {
    List<String> running = new ArrayList<>();
    for (JsonNode allocation : allocations(job)) {
      if (allocation.path("ClientStatus").asText().equals("running")) {
        running.add(allocation.path("ID").asText());
      }
    }
    return running;
  }

  void awaitRunning(String job, int count) {
    Eventually.is(() -> running(job).size(), count);
  }

  /** Waits until the newest version of the job, and no earlier one, is deployed. */
  void awaitDeployed(String job) {
    Eventually.within(
        Eventually.DEPLOYMENT,
        () -> {
          JsonNode deployment = deployment(job);
          return deployment.path("Status").asText().equals("successful")
              && deployment.path("JobVersion").asLong() == version(job);
        },
        true);
  }

  /** Whether Nomad is changing the job's instances to another version or count. */
  boolean isDeploying(String job) throws IOException, InterruptedException {
    return deployment(job).path("Status").asText().equals("running");
  }

  /** As a user does. Nomad refuses while a deployment is under way: waits for its end. */
  void scale(String job, int count) {
    Eventually.within(Eventually.DEPLOYMENT, () -> isDeploying(job), false);
    Eventually.is(
        () ->
            run("job", "scale", "-detach", job, job, String.valueOf(count))
                .contains("Evaluation ID"),
        true);
  }

  private JsonNode deployment(String job) throws IOException, InterruptedException {
    return get("/v1/job/" + job + "/deployment");
  }
}
