package zaguan.stack;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * The agents, and a Docker engine of the stack's own: which command starts each, when each is
 * ready, and how each stops.
 */
final class Agents {

  private static final Duration FIRST_REGISTRATION = Duration.ofSeconds(2);
  private static final Duration STOPPING = Duration.ofSeconds(20);

  private final Checkout checkout;
  private final StackState state;
  private final OwnProcesses processes;

  Agents(Checkout checkout, StackState state, OwnProcesses processes) {
    this.checkout = checkout;
    this.state = state;
    this.processes = processes;
  }

  /** The agent's process; empty if it does not run. */
  List<ProcessHandle> running(String name) {
    return processes.given("=" + state.agentFile(name));
  }

  private List<ProcessHandle> runningDocker() {
    return processes.given("=" + state.dockerDaemon().pidFile());
  }

  /** To be called before Nomad starts, which looks for the engine then. */
  void startDocker(DockerEngine engine, Progress progress) {
    if (!engine.ofStack()) {
      return;
    }
    runningOrStarted(
            "docker",
            runningDocker(),
            state.dockerDaemon().command(),
            "starting an engine of the stack's own",
            progress)
        .await(engine::answers, progress);
  }

  /** Ends the stack's own engine, and with it the containers. */
  void stopDocker() {
    OwnProcesses.end(runningDocker(), STOPPING);
  }

  void startConsul(StackState.Settings settings, Progress progress) {
    StackState.write(
        state.agentFile("consul"), ConsulAgentFile.text(state.data("consul"), settings.ports()));
    List<String> command =
        List.of(
            settings.tools().consul().toString(),
            "agent",
            "-config-file=" + checkout.consulAgentFile(),
            "-config-file=" + state.agentFile("consul"));
    URI consul = Endpoints.of(settings.ports()).consul();
    runningOrStarted("consul", running("consul"), command, "starting", progress)
        .await(() -> hasLeader(consul), progress);
  }

  void startNomad(StackState.Settings settings, Progress progress) {
    StackState.write(
        state.agentFile("nomad"), NomadAgentFile.text(state.data("nomad"), state.apps(), settings));
    List<String> command =
        List.of(
            settings.tools().nomad().toString(),
            "agent",
            "-config=" + checkout.nomadAgentFolder(),
            "-config=" + state.agentFile("nomad"));
    AgentProcess agent = runningOrStarted("nomad", running("nomad"), command, "starting", progress);
    // A new cluster's first registration of its client often comes milliseconds before the keyring,
    // and is tried again only 15 s later; an agent that finds a keyring registers at once.
    URI nomad = Endpoints.of(settings.ports()).nomad();
    agent.await(() -> hasLeader(nomad), progress);
    BooleanSupplier ready =
        () -> hasReadyNode(nomad, settings.driver() == StackOptions.Driver.docker);
    if (!Waiting.until(FIRST_REGISTRATION, ready)) {
      stop("nomad");
      agent = AgentProcess.start("nomad", command, state, processes);
    }
    agent.await(ready, progress);
  }

  /** Sends SIGTERM, and SIGKILL where that does not help. */
  void stop(String name) {
    OwnProcesses.end(running(name), STOPPING);
  }

  private AgentProcess runningOrStarted(
      String name,
      List<ProcessHandle> running,
      List<String> command,
      String starting,
      Progress progress) {
    if (!running.isEmpty()) {
      return new AgentProcess(name, running.getFirst(), state.log(name));
    }
    progress.step(name + ": " + starting);
    return AgentProcess.start(name, command, state, processes);
  }

  /** Consul and Nomad answer this question alike. */
  private static boolean hasLeader(URI agent) {
    return !Http.get(agent.resolve("/v1/status/leader")).asText().isEmpty();
  }

  /** Nomad places jobs that need Consul or Docker only after it has found them. */
  private static boolean hasReadyNode(URI nomad, boolean withDocker) {
    for (JsonNode node : Http.get(nomad.resolve("/v1/nodes"))) {
      URI detail = nomad.resolve("/v1/node/" + node.path("ID").asText());
      if (node.path("Status").asText().equals("ready")
          && Http.get(detail).path("Attributes").has("consul.version")
          && (!withDocker || Http.get(detail).path("Attributes").has("driver.docker"))) {
        return true;
      }
    }
    return false;
  }
}
