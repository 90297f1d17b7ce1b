package zaguan.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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
      progress.begin("rolling out " + service.name());
      return services().run(service);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Nomad's command line, for this stack.
   *
   * @param driver how instances are to run
   * @throws StackFailure if there is no stack
   */
  NomadCommand nomadCommand(StackOptions.Driver driver) {
    Map<String, String> environment = environment();
    environment.put("NOMAD_VAR_driver", driver.name());
    return new NomadCommand(settings().tools().nomad(), checkout.root(), environment);
  }

  /**
   * The services that it runs.
   *
   * @throws StackFailure if there is no stack
   */
  Services services() {
    return services(settings());
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
    return Environment.of(settings(), state, checkout);
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
    state.link("nomad", wanted.tools().nomad());
    state.link("consul", wanted.tools().consul());
  }

  private Services services(StackState.Settings settings) {
    return new Services(checkout, state.apps(), settings, jobs(settings), progress);
  }

  private Jobs jobs(StackState.Settings settings) {
    return new Jobs(nomad(), nomadCommand(settings.driver()));
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
