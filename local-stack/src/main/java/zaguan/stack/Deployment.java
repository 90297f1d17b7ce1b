package zaguan.stack;

/**
 * The roll-out of a job's version, as Nomad sees it.
 *
 * @see <a href="https://developer.hashicorp.com/nomad/api-docs/deployments">Nomad's deployments</a>
 */
record Deployment(int jobVersion, String status, String statusDescription) {

  boolean isUnderWay() {
    return status.equals("running");
  }

  boolean hasFailed() {
    return status.equals("failed");
  }
}
