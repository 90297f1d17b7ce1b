package zaguan.stack;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The Docker engine that a stack's containers run on: the machine's, where one runs, or else one of
 * the stack's own.
 *
 * @param endpoint as in DOCKER_HOST
 */
record DockerEngine(String endpoint) {

  private static final String MACHINES = "unix:///var/run/docker.sock";
  private static final String WHY = "the driver docker runs on a Docker engine";

  /**
   * Finds an engine, and installs Docker where there is none.
   *
   * @param own what to run where the machine has no engine
   * @throws StackFailure if there is no engine and none can be run
   */
  static DockerEngine obtain(DockerDaemon own, Progress progress) {
    DockerEngine machines = new DockerEngine(MACHINES);
    if (clientIsThere() && machines.answers()) {
      return machines;
    }
    if (DockerDaemon.program() == null) {
      new DebianPackage("docker.io", "iptables").install(WHY, progress);
    }
    if (!clientIsThere()) {
      new DebianPackage("docker-cli").install(WHY + ", and is spoken to with its client", progress);
    }
    // Where systemd runs, Debian starts the engine that it has installed.
    if (machines.answers()) {
      return machines;
    }
    if (!"root".equals(System.getProperty("user.name"))) {
      throw new StackFailure(
          WHY
              + ", and none answers at "
              + MACHINES
              + ": start one and see that you may use it (group docker), or run as root, or use"
              + " raw_exec");
    }
    return new DockerEngine(own.endpoint());
  }

  /** Whether the engine is the stack's own. */
  boolean ofStack() {
    return !endpoint.equals(MACHINES);
  }

  boolean answers() {
    return run("version").succeeded();
  }

  boolean has(String image) {
    return run("image", "inspect", image).succeeded();
  }

  /**
   * Makes an archive's image known to the engine.
   *
   * @param id the image's own ID, or the name that the archive gives the image
   */
  void load(Path archive, String id, String name) {
    require(run("load", "--input", archive.toString()), "load " + archive);
    if (!id.equals(name)) {
      require(run("tag", id, name), "name " + id + " " + name);
    }
  }

  /** Ends the containers of a stack that are left: those that mount a file below its folder. */
  int removeContainers(Path stack) {
    Program.Result all = run("ps", "--all", "--quiet", "--no-trunc");
    if (!all.succeeded()) {
      throw new StackFailure(
          "the Docker engine at "
              + endpoint
              + " does not say which containers are the stack's; see to it, then: ./stack down\n"
              + all.tail());
    }
    int removed = 0;
    for (String container : all.output().lines().toList()) {
      Program.Result mounts =
          run("inspect", "--format", "{{range .Mounts}}{{println .Source}}{{end}}", container);
      if (mounts.output().lines().anyMatch(each -> each.startsWith(stack + "/"))) {
        require(run("rm", "--force", container), "remove the container " + container);
        removed++;
      }
    }
    return removed;
  }

  private void require(Program.Result result, String what) {
    if (!result.succeeded()) {
      throw new StackFailure(
          "the Docker engine at " + endpoint + " could not " + what + ":\n" + result.tail());
    }
  }

  private Program.Result run(String... arguments) {
    List<String> command = new ArrayList<>(List.of("docker", "--host", endpoint));
    command.addAll(List.of(arguments));
    return Program.run(null, Map.of(), command);
  }

  private static boolean clientIsThere() {
    return Program.onPath("docker", Program.path()) != null;
  }
}
