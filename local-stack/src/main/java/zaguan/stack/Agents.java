package zaguan.stack;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** The agents, and a Docker engine of the stack's own: written down, started, awaited, stopped. */
final class Agents {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration FIRST_REGISTRATION = Duration.ofSeconds(2);

  private final Checkout checkout;
  private final StackState state;
  private final OwnProcesses processes;

  Agents(Checkout checkout, StackState state, OwnProcesses processes) {
    this.checkout = checkout;
    this.state = state;
    this.processes = processes;
  }

  /** The agent's process, none if it does not run. */
  List<ProcessHandle> running(String name) {
    return processes.given("=" + state.agentFile(name));
  }

  private List<ProcessHandle> runningDocker() {
    return processes.given("=" + state.dockerDaemon().pidFile());
  }

  /** Before Nomad, which looks for it when it starts. */
  void startDocker(DockerEngine engine, Progress progress) {
    if (!engine.ofStack()) {
      return;
    }
    List<ProcessHandle> running = runningDocker();
    if (running.isEmpty()) {
      progress.step("docker: starting an engine of the stack's own");
    }
    ProcessHandle daemon =
        running.isEmpty() ? start("docker", state.dockerDaemon().command()) : running.getFirst();
    await("docker", daemon, progress, engine::answers);
  }

  /** Its containers end with it. */
  void stopDocker() {
    OwnProcesses.end(runningDocker(), Duration.ofSeconds(20));
  }

  void startConsul(StackState.Settings settings, Progress progress) {
    StackState.write(state.agentFile("consul"), ConsulAgentFile.text(state.data("consul"), settings.ports()));
    List<String> command =
        List.of(
            settings.tools().consul().toString(),
            "agent",
            "-config-file=" + checkout.consulAgentFile(),
            "-config-file=" + state.agentFile("consul"));
    ProcessHandle agent = runningOrStarted("consul", command, progress);
    URI leader = Endpoints.of(settings.ports()).consul().resolve("/v1/status/leader");
    await("consul", agent, progress, () -> !Http.get(leader).asText().isEmpty());
  }

  void startNomad(StackState.Settings settings, Progress progress) {
    StackState.write(state.agentFile("nomad"), NomadAgentFile.text(state.data("nomad"), state.apps(), settings));
    List<String> command =
        List.of(
            settings.tools().nomad().toString(),
            "agent",
            "-config=" + checkout.nomadAgentFolder(),
            "-config=" + state.agentFile("nomad"));
    ProcessHandle agent = runningOrStarted("nomad", command, progress);
    // A new cluster's first registration of its client often comes milliseconds before the keyring,
    // and is tried again only 15 s later; an agent that finds a keyring registers at once.
    URI nomad = Endpoints.of(settings.ports()).nomad();
    await(
        "nomad",
        agent,
        progress,
        () -> !Http.get(nomad.resolve("/v1/status/leader")).asText().isEmpty());
    BooleanSupplier ready =
        () -> hasReadyNode(nomad, settings.driver() == StackOptions.Driver.docker);
    if (!Waiting.until(FIRST_REGISTRATION, ready)) {
      stop("nomad");
      agent = start("nomad", command);
    }
    await("nomad", agent, progress, ready);
  }

  /** SIGTERM, and SIGKILL where that does not help. */
  void stop(String name) {
    OwnProcesses.end(running(name), Duration.ofSeconds(20));
  }

  /** Jobs that ask for Consul, or for Docker, are not placed before Nomad has found it. */
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

  private void await(String name, ProcessHandle agent, Progress progress, BooleanSupplier ready) {
    BooleanSupplier readyOrDead =
        () -> {
          progress.at("waiting for " + name + " to be ready");
          return ready.getAsBoolean() || !agent.isAlive();
        };
    boolean inTime = Waiting.until(PATIENCE, readyOrDead);
    if (!inTime || !agent.isAlive()) {
      throw new StackFailure(
          "the agent of "
              + name
              + (inTime ? " ended" : " is not ready after " + PATIENCE.toSeconds() + " s")
              + "; the end of "
              + state.log(name)
              + ":\n"
              + logTail(name));
    }
  }

  private String logTail(String name) {
    try {
      return Program.lastLines(Files.readString(state.log(name)), 15);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ProcessHandle runningOrStarted(String name, List<String> command, Progress progress) {
    List<ProcessHandle> running = running(name);
    if (!running.isEmpty()) {
      return running.getFirst();
    }
    progress.step(name + ": starting");
    return start(name, command);
  }

  /** In a session of its own: neither Ctrl-C nor the end of the terminal reaches it. */
  private ProcessHandle start(String name, List<String> command) {
    List<String> detached = new ArrayList<>(List.of("setsid"));
    detached.addAll(command);
    try {
      Path log = state.log(name);
      Files.createDirectories(log.getParent());
      Files.createDirectories(state.data(name));
      ProcessBuilder builder =
          new ProcessBuilder(detached)
              .directory(state.folder().toFile())
              .redirectErrorStream(true)
              .redirectInput(Path.of("/dev/null").toFile())
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
      String[] mark = processes.mark();
      builder.environment().put(mark[0], mark[1]);
      return builder.start().toHandle();
    } catch (IOException e) {
      throw new StackFailure("cannot start " + name + ": " + e.getMessage(), e);
    }
  }
}
