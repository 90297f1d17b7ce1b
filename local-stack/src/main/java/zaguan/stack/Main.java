package zaguan.stack;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;

/** The command line {@code ./stack}. */
@Command(
    name = "./stack",
    description = "A whole platform on this machine: Consul, Nomad, greeters, gateways, HAProxy.",
    subcommands = {
      NewCommand.class,
      RunCommand.class,
      DevCommand.class,
      LogsCommand.class,
      WhyCommand.class
    },
    subcommandsRepeatable = false,
    synopsisSubcommandLabel = "COMMAND",
    usageHelpAutoWidth = true)
public final class Main implements Callable<Integer> {

  private static final int FAILED = 1;
  private static final Duration FOREVER = Duration.ofDays(10_000);
  private static final Duration SECOND = Duration.ofSeconds(1);

  @Option(
      names = "--checkout",
      hidden = true,
      scope = ScopeType.INHERIT,
      description = "Set by ./stack.")
  Path root = Path.of("");

  @Option(
      names = "--state",
      paramLabel = "DIR",
      scope = ScopeType.INHERIT,
      description =
          "Where the stack keeps its state; another folder is another stack. Default: .stack")
  @Nullable Path state;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Print this.")
  boolean help;

  private @Nullable ConsoleProgress progress;

  enum Where {
    standard,
    free
  }

  public static void main(String[] args) {
    Main main = new Main();
    System.exit(main.commandLine().execute(args));
  }

  CommandLine commandLine() {
    return new CommandLine(this)
        .setParameterExceptionHandler(new Mistakes())
        .setExecutionExceptionHandler(
            (e, commandLine, parsed) -> {
              if (!(e instanceof StackFailure)) {
                throw e;
              }
              progress().end();
              commandLine.getErr().println("stack: " + e.getMessage());
              return FAILED;
            });
  }

  @Override
  public Integer call() {
    commandLine().usage(System.out);
    return CommandLine.ExitCode.USAGE;
  }

  @Command(
      header = "Build what has changed, and bring the whole stack up.",
      description = {
        "Returns when a request through the front door is answered.",
        "What is up already stays as it is, and so does a number of instances that you gave Nomad."
            + " Run again to change the numbers, to roll out a new build, or to complete what was"
            + " interrupted.",
        "Each module that has a job file in nomad/ is built and rolled out."
      })
  int up(
      @Option(
              names = "--greeters",
              paramLabel = "N",
              description = "Instances of the greeter. Default: as many as there are; at first 3.")
          @Nullable Integer greeters,
      @Option(
              names = "--gateways",
              paramLabel = "N",
              description = "Instances of the gateway. Default: as many as there are; at first 2.")
          @Nullable Integer gateways,
      @Option(
              names = "--driver",
              defaultValue = "raw_exec",
              description =
                  "How instances run: ${COMPLETION-CANDIDATES}. Default: raw_exec. exec needs root."
                      + " docker: containers, HAProxy among them, on the Docker engine of this"
                      + " machine, or on one of the stack's own (as root).")
          StackOptions.Driver driver,
      @Option(
              names = "--ports",
              defaultValue = "standard",
              description =
                  "standard: those the README names. free: any that are free, for a second stack;"
                      + " see status. A stack that is up keeps its ports.")
          Where where) {
    StackOptions options = new StackOptions(greeters, gateways, driver);
    build().of(checkout().services(), driver == StackOptions.Driver.docker);
    Ports ports = where == Where.standard ? Ports.standard() : Ports.free(new SecureRandom());
    stack().up(options, ports);
    System.out.println("\nUp after " + progress().elapsed() + ".");
    new Invitation(stack().endpoints(), stack().command("env"))
        .lines()
        .forEach(System.out::println);
    return 0;
  }

  @Command(
      header = "Stop all that runs.",
      description =
          "Stops every job and both agents, and forgets all but the logs. Ends only what this stack"
              + " started.")
  int down() {
    boolean anything = stack().down();
    progress().step(anything ? "down: no process of the stack is left" : "down: nothing was up");
    return 0;
  }

  @Command(
      header = "Say what runs and where.",
      description = "Exit status 0: all is up; 1: part of it; 3: nothing.",
      exitCodeListHeading = "%n")
  int status() {
    Status status = stack().status();
    status.lines().forEach(System.out::println);
    return switch (status.condition()) {
      case up -> 0;
      case partly -> FAILED;
      case down -> 3;
    };
  }

  @Command(
      header = "Print export lines for this shell.",
      description =
          "With them, nomad, consul and the job files speak to this stack: eval"
              + " \"$(./stack env)\"")
  int env() {
    Map<String, String> environment = stack().environment();
    environment.forEach(
        (name, value) -> System.out.println("export " + name + "=" + quoted(value)));
    return 0;
  }

  @Command(
      header = "Only find, fetch or build Nomad, Consul and HAProxy.",
      description = "Says where they are.")
  int tools() {
    Tools tools = Tools.obtain(checkout(), progress());
    System.out.println(tools.nomad());
    System.out.println(tools.consul());
    System.out.println(tools.haproxy());
    return 0;
  }

  @Command(
      header = "Print the folder of the JDK 25 that all this runs on.",
      description = "For example: \"$(./stack jdk)/bin/java\" -version")
  int jdk() {
    System.out.println(System.getProperty("java.home"));
    return 0;
  }

  @Command(header = "Print the commands, or what a command does.")
  int help(
      @Parameters(paramLabel = "COMMAND", arity = "0..1", description = "Such as up.")
          @Nullable String name) {
    CommandLine whole = commandLine();
    CommandLine one = name == null ? whole : whole.getSubcommands().get(name);
    if (one == null) {
      throw new StackFailure("there is no command " + name + "; for a list: ./stack help");
    }
    one.usage(System.out);
    return 0;
  }

  Build build() {
    return new Build(checkout(), progress());
  }

  Stack stack() {
    Checkout checkout = checkout();
    return new Stack(checkout, state == null ? checkout.standardState() : state, progress());
  }

  Checkout checkout() {
    return new Checkout(root);
  }

  /** Its clock is the script's, if that says when it began. */
  synchronized ConsoleProgress progress() {
    if (progress == null) {
      Clock clock = Clock.systemUTC();
      Long began = Long.getLong("zaguan.began");
      ConsoleProgress made =
          new ConsoleProgress(
              System.err,
              CommandLine.Help.Ansi.AUTO.enabled(),
              clock,
              began == null ? clock.instant() : Instant.ofEpochSecond(began));
      Thread.ofVirtual().start(() -> Waiting.until(FOREVER, SECOND, () -> beat(made)));
      progress = made;
    }
    return progress;
  }

  private static boolean beat(ConsoleProgress progress) {
    progress.beat();
    return false;
  }

  /** For a POSIX shell. */
  static String quoted(String value) {
    return value.matches("[A-Za-z0-9_./:@%+=,-]+")
        ? value
        : "'" + value.replace("'", "'\\''") + "'";
  }
}
