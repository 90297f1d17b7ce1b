package zaguan.stack;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The jobs of a stack: submitted with Nomad's own command line, as people do, and ended. */
final class Jobs {

  private final Checkout checkout;
  private final Nomad nomad;
  private final NomadCommand command;

  Jobs(Checkout checkout, Nomad nomad, NomadCommand command) {
    this.checkout = checkout;
    this.nomad = nomad;
    this.command = command;
  }

  /**
   * Runs each job with the count that is wanted, and returns when all jobs are healthy. A job that
   * is as it should be stays as it is.
   */
  void run(Map<String, Integer> counts, Progress progress) {
    List<Rollout> rollouts = new ArrayList<>();
    counts.forEach(
        (job, count) -> {
          progress.step(
              job + ": nomad job run " + checkout.root().relativize(checkout.jobFile(job)));
          String evaluation = runsAsWanted(job, count) ? null : command.submit(job, count);
          int version = nomad.job(job).map(Job::version).orElse(0);
          rollouts.add(new Rollout(job, count, evaluation, version));
        });
    rollouts.forEach(rollout -> rollout.await(nomad, progress));
  }

  /** False for a job whose file Nomad cannot read: Nomad says why when the job is submitted. */
  private boolean runsAsWanted(String job, int count) {
    return nomad.job(job).isPresent()
        && command
            .describe(job, count)
            .flatMap(described -> nomad.plan(job, described))
            .filter(diff -> !diff.changesTheJob())
            .isPresent();
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
