package zaguan.stack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The jobs of a stack: submitted with Nomad's own command line, as people do, and ended. */
final class Jobs {

  /** In the meta of a job: the version with which a roll-out that had failed was tried again. */
  private static final String ATTEMPT = "zaguan-attempt";

  private final Nomad nomad;
  private final NomadCommand command;

  Jobs(Nomad nomad, NomadCommand command) {
    this.nomad = nomad;
    this.command = command;
  }

  /**
   * Submits each job, and returns when all jobs are healthy. A job that is as it should be stays as
   * it is.
   *
   * @throws StackFailure for the jobs that are not healthy, after the others are
   */
  void run(List<Submission> submissions, Progress progress) {
    List<String> failures = new ArrayList<>();
    List<Rollout> rollouts = new ArrayList<>();
    for (Submission each : submissions) {
      try {
        rollouts.add(submit(each, progress));
      } catch (StackFailure e) {
        failures.add(e.getMessage());
      }
    }
    for (Rollout each : rollouts) {
      try {
        each.await(nomad, progress);
      } catch (StackFailure e) {
        failures.add(e.getMessage());
      }
    }
    if (!failures.isEmpty()) {
      throw new StackFailure(String.join("\n\n", failures));
    }
  }

  private Rollout submit(Submission submission, Progress progress) {
    String name = submission.job();
    progress.step(name + ": nomad job run " + command.shown(submission.jobFile()));
    Optional<Job> before = nomad.job(name);
    Optional<JsonNode> unchanged = before.flatMap(job -> unchanged(submission, job));
    String evaluation = null;
    if (before.isEmpty() || unchanged.isEmpty()) {
      evaluation = submit(submission, before.filter(Job::isEdited));
    } else if (hasFailed(before.get())) {
      progress.step(name + ": its last roll-out failed; Nomad tries again");
      evaluation = nomad.submit(again(unchanged.get(), before.get()));
    }
    int version = nomad.job(name).map(Job::version).orElse(0);
    return new Rollout(name, evaluation, version);
  }

  /** Nomad's command line would keep the count that a job has while it is edited. */
  private String submit(Submission submission, Optional<Job> edited) {
    Optional<JsonNode> described =
        submission.count() == null && edited.isPresent()
            ? command.describe(submission).map(each -> counted(each, edited.get()))
            : Optional.empty();
    return described.map(nomad::submit).orElseGet(() -> command.submit(submission));
  }

  /**
   * The job as it would be submitted, if Nomad has it so. Not for a job whose file Nomad cannot
   * read: Nomad says why when the job is submitted.
   */
  private Optional<JsonNode> unchanged(Submission submission, Job job) {
    return command
        .describe(submission)
        .map(described -> submission.count() == null ? counted(described, job) : described)
        .map(described -> withAttempt(described, attempt(job)))
        .filter(
            described ->
                nomad
                    .plan(submission.job(), described)
                    .filter(diff -> !diff.changesTheJob())
                    .isPresent());
  }

  /** Whether Nomad has given its version up, and it has come to nothing since. */
  private boolean hasFailed(Job job) {
    Rollout last = new Rollout(job.id(), null, job.version());
    return last.deployment(nomad.deployments(job.id())).filter(Deployment::hasFailed).isPresent()
        && last.healthy(nomad.allocations(job.id()), false) < job.count();
  }

  /** To Nomad, the same job is the same version, which has failed. */
  private static JsonNode again(JsonNode described, Job job) {
    return withAttempt(described, String.valueOf(job.version() + 1));
  }

  private String attempt(Job job) {
    return nomad.describe(job.id()).path("Meta").path(ATTEMPT).asText();
  }

  private static JsonNode withAttempt(JsonNode described, String attempt) {
    if (!attempt.isEmpty()) {
      ObjectNode job = (ObjectNode) described;
      ObjectNode meta =
          job.path("Meta") instanceof ObjectNode there ? there : job.putObject("Meta");
      meta.put(ATTEMPT, attempt);
    }
    return described;
  }

  /** What is described, with the counts that the job has, or had before it was edited. */
  static JsonNode counted(JsonNode described, Job job) {
    for (JsonNode group : described.path("TaskGroups")) {
      for (Job.TaskGroup present : job.groups()) {
        if (present.name().equals(group.path("Name").asText())) {
          ((ObjectNode) group).put("Count", present.wanted());
        }
      }
    }
    return described;
  }

  /** Ends every job, the user's own among them, and waits until no instance runs. */
  void stopAll(Progress progress) {
    List<Job> jobs = nomad.jobs();
    jobs.forEach(nomad::stop);
    if (jobs.isEmpty()) {
      return;
    }
    progress.step("Nomad: stopping " + String.join(", ", jobs.stream().map(Job::id).toList()));
    Waiting.until(
        Duration.ofSeconds(45),
        () -> {
          Optional<List<Allocation>> allocations = nomad.allocations();
          if (allocations.isEmpty()) {
            return false;
          }
          long running = allocations.get().stream().filter(each -> !each.isOver()).count();
          progress.at(running + " allocations still run");
          return running == 0;
        });
  }
}
