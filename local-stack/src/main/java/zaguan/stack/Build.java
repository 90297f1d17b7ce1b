package zaguan.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Maven, run for the services whose sources have changed since they were built. */
final class Build {

  private static final Pattern MODULE =
      Pattern.compile("\\[INFO] Building (.*\\S) +(\\[[0-9/]+])$");
  private static final Pattern FORMAT = Pattern.compile("^/.*\\.java$");
  private static final int LINES = 12;

  private final Checkout checkout;
  private final Path log;
  private final Progress progress;

  Build(Checkout checkout, Progress progress) {
    this.checkout = checkout;
    this.progress = progress;
    log = checkout.standardState().resolve("logs/build.log");
  }

  /**
   * Builds what is stale.
   *
   * @param images whether the services need images, too
   * @throws StackFailure if Maven fails
   */
  void of(List<Service> services, boolean images) {
    Map<Path, List<Service>> stale =
        services.stream()
            .filter(service -> new Sources(service).isStale(images))
            .collect(Collectors.groupingBy(Service::build));
    stale.forEach((folder, each) -> build(folder, each, images));
  }

  private void build(Path folder, List<Service> services, boolean images) {
    String names = services.stream().map(Service::name).collect(Collectors.joining(", "));
    progress.step("building " + names + "; the log: " + log);
    List<String> arguments = new ArrayList<>(List.of("-B", "-DskipTests"));
    if (images) {
      // Of this machine's own files: no registry is needed to try them.
      arguments.add("-Pimage");
      arguments.add("-Dimage.base=tar://" + checkout.root().resolve("packaging/target/base.tar"));
    }
    maven(folder, services, arguments, "package");
    services.forEach(service -> new Sources(service).built());
  }

  /**
   * Runs Maven, one at a time in a checkout: two builds of the same folder would destroy each
   * other.
   */
  void maven(Path folder, List<Service> services, List<String> arguments, String... goals) {
    List<String> command = new ArrayList<>(List.of("flock", lock().toString(), "./mvnw"));
    command.addAll(arguments);
    if (services.getFirst().isModule()) {
      command.add("-pl");
      command.add(services.stream().map(Service::name).collect(Collectors.joining(",")));
      command.add("-am");
      command.add("-Dformat.said=package");
    }
    command.addAll(List.of(goals));
    AtomicBoolean begun = new AtomicBoolean();
    Program.Result result =
        Program.run(
            folder,
            Map.of("JAVA_HOME", System.getProperty("java.home")),
            command,
            line -> {
              // Not before it is this build's turn.
              if (!begun.getAndSet(true)) {
                StackState.write(log, "");
              }
              append(line);
              said(line).ifPresent(what -> progress.step("  " + what));
            });
    if (!result.succeeded()) {
      throw new StackFailure(
          "the build failed:\n" + errors(result.output()) + "\nAll that Maven said: " + log);
    }
  }

  /** What a line of Maven's means to people: the module that it is at, or a file to format. */
  static Optional<String> said(String line) {
    Matcher module = MODULE.matcher(line);
    if (module.find()) {
      return Optional.of(module.group(2) + " " + module.group(1));
    }
    return FORMAT.matcher(line).matches()
        ? Optional.of(
            "the format differs: " + line + "; to mend it: ./mvnw -N verify -Dformat=replace")
        : Optional.empty();
  }

  private Path lock() {
    try {
      return Files.createDirectories(checkout.standardState()).resolve("build.lock");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void append(String line) {
    try {
      Files.writeString(log, line + "\n", StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What Maven calls errors, and what the compiler warns of: warnings are errors there. */
  static String errors(String output) {
    List<String> lines =
        output
            .lines()
            .filter(line -> line.matches("\\[ERROR].+|\\[WARNING].*\\.java:.*"))
            .limit(LINES)
            .toList();
    return lines.isEmpty() ? Program.lastLines(output, LINES) : String.join("\n", lines);
  }
}
