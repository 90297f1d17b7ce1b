package zaguan.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A whole platform on this machine: Consul, Nomad, and on it greeters, gateways and HAProxy.
 *
 * <p>What it is lies in its state folder and in the processes that carry its mark, not in this
 * object: any number of these, in any number of processes, may speak of the same stack. {@link #up}
 * and {@link #down} exclude each other by a lock; the other methods may be called from any thread.
 */
public final class Stack {

  private final Checkout checkout;
  private final StackState state;
  private final OwnProcesses processes;
  private final Agents agents;
  private final NotedProgress progress;

  /**
   * @param folder where the stack keeps its state; need not exist
   */
  public Stack(Checkout checkout, Path folder, Progress progress) {
    this.checkout = checkout;
    state = new StackState(folder);
    this.progress = new NotedProgress(progress, state);
    processes = new OwnProcesses(state.folder());
    agents = new Agents(checkout, state, processes);
  }

  /**
   * Brings up what is not up, and returns when a request through the front door is answered. What
   * is as it should be stays untouched; what an earlier attempt left half done is completed.
   *
   * @param ports where it should listen; a stack that is up already keeps its ports
   * @throws StackFailure if a program is missing, or a job does not become healthy
   */
  public void up(StackOptions options, Ports ports) {
    try (FileChannel _ = state.lock(progress)) {
      progress.begin("coming up");
      if (processes.all().isEmpty()) {
        ports.requireFree(command("up --ports free"));
      }
      Tools tools = Tools.obtain(checkout, progress);
      boolean docker = options.driver() == StackOptions.Driver.docker;
      prepare(
          new StackState.Settings(
              ports,
              options.driver(),
              gateways(options),
              tools,
              docker ? DockerEngine.obtain(state.dockerDaemon(), progress) : null));
      DockerEngine engine = settings().docker();
      if (engine != null) {
        agents.startDocker(engine, progress);
      }
      agents.startConsul(settings(), progress);
      agents.startNomad(settings(), progress);
      StackState.Settings settings = settings().withGateways(gateways(options));
      state.write(settings);
      services(settings).runAll(options);
      progress.step("up: " + endpoints().frontDoor());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Rolls out what was built of a service, with as many instances as Nomad has of it now.
   *
   * @return where it answers, if the gateway serves it
   * @throws StackFailure if no stack is up, or the service does not become healthy
   */
  Optional<URI> run(Service service) {
    try (FileChannel _ = state.lock(progress)) {
      return services(settings()).run(service);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Runs a service's classes as they are saved.
   *
   * @throws StackFailure if there is no stack
   */
  DevSession dev(Service service, Build build, boolean debug) {
    StackState.Settings settings = settings();
    Map<String, String> environment = environment();
    // Classes in a folder run as a plain process, whatever the other instances are.
    environment.put("NOMAD_VAR_driver", StackOptions.Driver.raw_exec.name());
    return new DevSession(
        service,
        build,
        this,
        new NomadCommand(settings.tools().nomad(), checkout.root(), environment),
        debug,
        progress);
  }

  /** Where the front door serves a service, if it does. */
  Optional<URI> route(Service service) {
    return services(settings()).route(service);
  }

  /** Makes what was built known to the job files. */
  void publish(Service service) {
    services(settings()).publish(service);
  }

  /**
   * How its instances run.
   *
   * @throws StackFailure if there is no stack
   */
  StackOptions.Driver driver() {
    return settings().driver();
  }

  /**
   * Ends the jobs, the agents and whatever else of this stack runs, and deletes all but the logs.
   * Does nothing if there is nothing to end.
   *
   * @return whether there was anything to end
   * @throws StackFailure if a process does not end
   */
  public boolean down() {
    if (!Files.isDirectory(state.folder())) {
      return false;
    }
    try (FileChannel _ = state.lock(progress)) {
      progress.begin("going down");
      boolean anything = !processes.all().isEmpty();
      Optional<StackState.Settings> settings = state.settings();
      if (settings.isPresent() && !agents.running("nomad").isEmpty()) {
        jobs(settings.get()).stopAll(progress);
      }
      for (String agent : List.of("nomad", "consul")) {
        if (!agents.running(agent).isEmpty()) {
          progress.step(agent + ": stopping");
          agents.stop(agent);
        }
      }
      DockerEngine docker = settings.map(StackState.Settings::docker).orElse(null);
      if (docker != null && !docker.ofStack()) {
        anything |= docker.removeContainers(state.folder()) > 0;
      }
      agents.stopDocker();
      List<ProcessHandle> left = processes.all();
      if (!left.isEmpty()) {
        progress.step("ending " + left.size() + " processes that lost their agent");
        OwnProcesses.end(left, Duration.ofSeconds(10));
      }
      state.clear();
      return anything;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What runs and where, as of now. */
  public Status status() {
    Optional<StackState.Settings> settings = state.settings();
    Status now =
        settings.isPresent()
            ? Status.of(settings.get(), agents, this::command)
            : Status.nothing(processes.all().size(), command("down"));
    return underWay().map(now::during).orElse(now);
  }

  /** What an {@link #up} or {@link #down} in another process is doing; empty if there is none. */
  Optional<String> underWay() {
    return state.underWay().or(checkout::building);
  }

  /**
   * The stack's Nomad.
   *
   * @throws StackFailure if there is no stack
   */
  Nomad nomad() {
    return new Nomad(endpoints().nomad());
  }

  /** Where it keeps its state. */
  Path folder() {
    return state.folder();
  }

  /** A command line for this stack, such as {@code ./stack up --state DIR}. */
  String command(String words) {
    boolean standard = state.folder().equals(new StackState(checkout.standardState()).folder());
    return "./stack "
        + words
        + (standard ? "" : " --state " + Main.quoted(state.folder().toString()));
  }

  /**
   * Where it answers.
   *
   * @throws StackFailure if there is no stack
   */
  public Endpoints endpoints() {
    return Endpoints.of(settings().ports());
  }

  /**
   * The variables with which plain {@code nomad} and {@code consul} speak to this stack, and with
   * which its job files are the jobs that {@link #up} ran.
   *
   * @throws StackFailure if there is no stack
   */
  public Map<String, String> environment() {
    StackState.Settings settings = settings();
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("NOMAD_ADDR", endpoints().nomad().toString());
    environment.put("CONSUL_HTTP_ADDR", "127.0.0.1:" + settings.ports().consulHttp());
    environment.put("NOMAD_VAR_apps", state.apps().toString());
    environment.put("NOMAD_VAR_checkout", checkout.root().toString());
    environment.put("NOMAD_VAR_driver", settings.driver().name());
    environment.put("NOMAD_VAR_front_door_port", String.valueOf(settings.ports().frontDoor()));
    environment.put("NOMAD_VAR_statistics_port", String.valueOf(settings.ports().statistics()));
    environment.put("NOMAD_VAR_gateways", String.valueOf(settings.gateways()));
    if (settings.docker() != null) {
      environment.put("DOCKER_HOST", settings.docker().endpoint());
    }
    String path = Program.path();
    environment.put("PATH", path.startsWith(state.bin() + ":") ? path : state.bin() + ":" + path);
    return environment;
  }

  /** Starts the Consul agent on its old data, if it does not run. For tests of its absence. */
  public void startConsul() {
    agents.startConsul(settings(), progress);
  }

  /** Ends the Consul agent by SIGTERM. For tests of its absence. */
  public void stopConsul() {
    agents.stop("consul");
  }

  /** Every process of this stack, agents and tasks. */
  public List<ProcessHandle> processes() {
    return processes.all();
  }

  /** How many gateways are wanted: as is said, or as there are, or as before. */
  private int gateways(StackOptions options) {
    if (options.gateways() != null) {
      return options.gateways();
    }
    Optional<StackState.Settings> before = state.settings();
    return before
        .flatMap(each -> new Nomad(Endpoints.of(each.ports()).nomad()).job("api-gateway"))
        .map(Job::count)
        .or(() -> before.map(StackState.Settings::gateways))
        .orElse(StackOptions.GATEWAYS);
  }

  private void prepare(StackState.Settings wanted) {
    Optional<StackState.Settings> before = state.settings();
    List<ProcessHandle> running = processes.all();
    if (running.isEmpty()) {
      // The machine may have been switched off: what was scheduled then is of no use now.
      state.clear();
      state.write(wanted);
    } else if (before.isPresent()) {
      DockerEngine docker = before.get().docker();
      if (docker == null && wanted.docker() != null) {
        // Nomad is told of the engine when it starts; its tasks go on meanwhile.
        agents.stop("nomad");
      }
      state.write(
          new StackState.Settings(
              before.get().ports(),
              wanted.driver(),
              wanted.gateways(),
              wanted.tools(),
              docker == null ? wanted.docker() : docker));
    } else {
      throw new StackFailure(
          "processes of a stack run, and "
              + state.folder()
              + " does not say how; end them: "
              + command("down"));
    }
    link("nomad", wanted.tools().nomad());
    link("consul", wanted.tools().consul());
  }

  private void link(String name, Path tool) {
    try {
      Files.createDirectories(state.bin());
      Path link = state.bin().resolve(name);
      if (!tool.equals(link)) {
        Files.deleteIfExists(link);
        Files.createSymbolicLink(link, tool);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Services services(StackState.Settings settings) {
    return new Services(checkout, state.apps(), settings, jobs(settings), progress);
  }

  private Jobs jobs(StackState.Settings settings) {
    return new Jobs(
        nomad(), new NomadCommand(settings.tools().nomad(), checkout.root(), environment()));
  }

  private StackState.Settings settings() {
    return state
        .settings()
        .orElseThrow(
            () ->
                new StackFailure(
                    underWay()
                        .map(doing -> doing + "; wait until it is done, and try again")
                        .orElse(
                            "no stack is up in "
                                + state.folder()
                                + "; bring it up: "
                                + command("up"))));
  }
}
