package zaguan.stack;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A job on its way from Nomad's scheduler to healthy instances.
 *
 * @param evaluation what the submission began, or null if the job was there already
 * @param version that was submitted; later versions are the same, with another count
 */
record Rollout(String job, @Nullable String evaluation, int version) {

  private static final Duration PATIENCE = Duration.ofMinutes(4);

  /**
   * Returns when as many instances are healthy as are wanted. How many that is may change
   * meanwhile: a gateway wakes a service that sleeps.
   *
   * @throws StackFailure with Nomad's reasons, if the instances do not become healthy
   */
  void await(Nomad nomad, Progress progress) {
    if (!Waiting.until(PATIENCE, () -> isDone(nomad, progress))) {
      throw new StackFailure(Diagnosis.notHealthyInTime(job, PATIENCE, nomad));
    }
    int count = nomad.job(job).map(Job::count).orElse(0);
    progress.step(
        job + ": " + (count == 0 ? "sleeps, and wakes in this version" : count + " healthy"));
  }

  private boolean isDone(Nomad nomad, Progress progress) {
    if (!isPlaced(nomad)) {
      progress.at(job + ": waiting for Nomad's scheduler");
      return false;
    }
    List<Deployment> deployments = nomad.deployments(job);
    Optional<Deployment> failed = deployment(deployments).filter(Deployment::hasFailed);
    if (evaluation != null && failed.isPresent()) {
      throw new StackFailure(Diagnosis.deploymentFailed(job, failed.get(), nomad));
    }
    Optional<Job> now = nomad.job(job);
    if (now.isEmpty()) {
      return false;
    }
    boolean deploying = deployments.stream().anyMatch(Deployment::isUnderWay);
    long healthy = healthy(nomad.allocations(job), deploying);
    progress.at(
        job
            + ": "
            + healthy
            + " of "
            + now.get().count()
            + " healthy"
            + (deploying ? ", deployment under way" : ""));
    return !deploying && healthy == now.get().count();
  }

  /**
   * Whether Nomad's scheduler has found a place for all instances.
   *
   * @throws StackFailure if there is no place
   */
  boolean isPlaced(Nomad nomad) {
    if (evaluation == null) {
      return true;
    }
    Optional<Evaluation> evaluated = nomad.evaluation(evaluation).filter(Evaluation::isComplete);
    if (evaluated.isPresent() && !evaluated.get().hasPlacedAll()) {
      throw new StackFailure(Diagnosis.notPlaced(job, evaluated.get(), nomad));
    }
    return evaluated.isPresent();
  }

  /**
   * The deployment of the version that was submitted. Not the job's latest: when a deployment
   * fails, Nomad reverts in the same step, and the latest is then that of the old version.
   */
  Optional<Deployment> deployment(List<Deployment> deployments) {
    return deployments.stream()
        .filter(deployment -> deployment.jobVersion() == version)
        .findFirst();
  }

  /** How many instances run, have the submitted version, and were not found unhealthy. */
  long healthy(List<Allocation> allocations, boolean deploying) {
    return allocations.stream()
        .filter(allocation -> allocation.jobVersion() >= version)
        .filter(allocation -> allocation.runs() && allocation.isWanted())
        .filter(allocation -> Objects.requireNonNullElse(allocation.healthy(), !deploying))
        .count();
  }
}
