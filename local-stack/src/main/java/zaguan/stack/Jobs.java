package zaguan.stack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The jobs of a stack: submitted with Nomad's own command line, as people do, and ended. */
final class Jobs {

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
    progress.step(submission.job() + ": nomad job run " + command.shown(submission.jobFile()));
    String evaluation = runsAsWanted(submission) ? null : submit(submission);
    int version = nomad.job(submission.job()).map(Job::version).orElse(0);
    return new Rollout(submission.job(), evaluation, version);
  }

  private String submit(Submission submission) {
    Optional<Job> edited =
        submission.count() == null
            ? nomad.job(submission.job()).filter(Job::isEdited)
            : Optional.empty();
    Optional<JsonNode> described = edited.flatMap(_ -> command.describe(submission));
    return edited.isPresent() && described.isPresent()
        ? nomad.submit(counted(described.get(), edited.get()))
        : command.submit(submission);
  }

  /** False for a job whose file Nomad cannot read: Nomad says why when the job is submitted. */
  private boolean runsAsWanted(Submission submission) {
    Optional<Job> job = nomad.job(submission.job());
    return job.isPresent()
        && command
            .describe(submission)
            .map(
                described -> submission.count() == null ? counted(described, job.get()) : described)
            .flatMap(described -> nomad.plan(submission.job(), described))
            .filter(diff -> !diff.changesTheJob())
            .isPresent();
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
