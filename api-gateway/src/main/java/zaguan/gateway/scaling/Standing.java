package zaguan.gateway.scaling;

import java.util.List;
import zaguan.gateway.catalog.JobGroup;
import zaguan.gateway.nomad.NomadJob;

/**
 * What Nomad's record of a job says when a service claims a group of that job. A service that
 * merely claims a group must not have the group of another scaled.
 */
sealed interface Standing {

  /** The group runs it. */
  record Runs(NomadJob.Group group, Registration registration) implements Standing {}

  /**
   * The group does not run it, or may not be scaled for it.
   *
   * @param reason a sentence, for people
   */
  record RunsNot(String reason) implements Standing {}

  /** Of what a service claims, by the record of the job that it names. */
  static Standing of(Claim claim, NomadJob job) {
    JobGroup said = claim.group();
    if (!job.isService()) {
      return new RunsNot(
          "The job %s is of type %s; only those of type service are scaled."
              .formatted(said.job(), job.type()));
    }
    NomadJob.Group group = job.group(said.group());
    if (group == null) {
      return new RunsNot(
          "The job %s has no group %s, as its meta says.".formatted(said.job(), said.group()));
    }
    List<Registration> ofThatName =
        Registration.of(job, group).stream()
            .filter(registration -> registration.name().equals(claim.service()))
            .toList();
    if (ofThatName.isEmpty()) {
      return new RunsNot(
          "The group %s of the job %s runs no service of that name, as Nomad has it."
              .formatted(said.group(), said.job()));
    }
    if (claim.isPublic() && ofThatName.stream().noneMatch(Registration::isPublic)) {
      return new RunsNot("It has no tag public in the job %s.".formatted(said.job()));
    }
    return ofThatName.stream()
        .filter(registration -> registration.isPublic() || !claim.isPublic())
        .filter(registration -> registration.names(said))
        .findFirst()
        .<Standing>map(registration -> new Runs(group, registration))
        .orElseGet(
            () ->
                new RunsNot(
                    "Its meta in the job %s does not say nomad-job = \"%s\" and nomad-group = \"%s\"."
                        .formatted(said.job(), said.job(), said.group())));
  }
}
