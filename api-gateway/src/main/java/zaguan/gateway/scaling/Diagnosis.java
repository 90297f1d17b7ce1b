package zaguan.gateway.scaling;

import java.io.IOException;
import java.util.List;
import zaguan.gateway.catalog.JobGroup;
import zaguan.gateway.nomad.NomadAllocation;
import zaguan.gateway.nomad.NomadApi;
import zaguan.gateway.nomad.NomadDeployment;
import zaguan.gateway.nomad.NomadEvaluation;
import zaguan.gateway.nomad.NomadJob;

/**
 * Why a group that is to have an instance gets none: by Nomad's evaluations, its deployment and its
 * allocations. One thread, which waits.
 */
final class Diagnosis {

  private final JobGroup group;
  private final NomadApi nomad;

  Diagnosis(JobGroup group, NomadApi nomad) {
    this.group = group;
    this.nomad = nomad;
  }

  /**
   * Of a group without a living allocation.
   *
   * @param newestFirst its allocations
   * @throws CannotWakeException if there will be none
   */
  void requirePlaceable(Wanted wanted, List<NomadAllocation> newestFirst)
      throws IOException, InterruptedException, CannotWakeException {
    for (NomadEvaluation evaluation : nomad.evaluations(group.job())) {
      String why = evaluation.noPlaceFor(group.group());
      if (why != null) {
        throw new CannotWakeException(
            "Nomad cannot place the job " + group.job() + ": " + why + ".");
      }
    }
    requireDeployed(wanted, false);
    if (!newestFirst.isEmpty()
        && newestFirst.getFirst().createIndex() > wanted.job().modifyIndex()) {
      requireNotFailed(newestFirst.getFirst());
    }
  }

  /**
   * @param lives whether an allocation lives
   * @throws CannotWakeException if the deployment failed
   */
  void requireDeployed(Wanted wanted, boolean lives)
      throws IOException, InterruptedException, CannotWakeException {
    NomadDeployment deployment = nomad.deployment(group.job());
    if (deployment != null && deployment.failed() && deployment.jobVersion() >= wanted.version()) {
      if (!lives) {
        beginAnewNextTime();
      }
      throw new CannotWakeException(
          "The deployment of the job "
              + group.job()
              + " failed: "
              + deployment.description()
              + ".");
    }
  }

  /** Throws if the allocation failed. */
  static void requireNotFailed(NomadAllocation allocation) throws CannotWakeException {
    if (allocation.failed()) {
      throw new CannotWakeException(
          "Its allocation "
              + allocation.shortId()
              + " failed: "
              + allocation.lastEvent()
              + ". See: nomad alloc logs -stderr "
              + allocation.shortId());
    }
  }

  /** Nomad reschedules nothing of a deployment that failed: with a count of 1 it stays at none. */
  private void beginAnewNextTime() throws IOException, InterruptedException {
    NomadJob now = nomad.job(group.job());
    NomadJob.Group failed = now == null ? null : now.group(group.group());
    if (now != null && failed != null && failed.count() == 1 && failed.least() == 0) {
      nomad.scale(
          group.job(), group.group(), now, 0, "its deployment failed; the next request asks again");
    }
  }
}
