package zaguan.gateway.scaling;

import zaguan.gateway.nomad.NomadJob;

/**
 * An instance that Nomad is to have, as far as Nomad said.
 *
 * @param registration the service that Nomad will register for it
 * @param job as it was read before
 * @param asked whether this gateway has scaled the group; if not, somebody had before
 */
record Wanted(Registration registration, NomadJob job, boolean asked) {

  /** The version of the job whose deployment would bring it. */
  long version() {
    return job.version() + (asked ? 1 : 0);
  }
}
