package zaguan.packaging;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command line of the training, which the build runs for each service. */
@Command(
    name = "java -jar packaging.jar",
    description =
        "Runs a service, asks it, and keeps what its JVM learned as an AOT cache. The cache fits"
            + " that runtime, and a jar of that name, size and time.",
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true)
final class Main implements Callable<Integer> {

  static final Duration PATIENCE = Duration.ofMinutes(1);

  @Option(
      names = "--java-home",
      paramLabel = "DIR",
      description = "The runtime to train, such as a jlinked one. Default: the one that runs this.")
  Path javaHome = Path.of(System.getProperty("java.home"));

  @Option(
      names = "--jar",
      paramLabel = "FILE",
      required = true,
      description = "The service. Its time becomes 1970-01-01T00:00:01Z.")
  Path jar = Path.of("");

  @Option(names = "--output", paramLabel = "FILE", required = true, description = "The cache.")
  Path output = Path.of("");

  @Option(
      names = "--requests",
      paramLabel = "FILE",
      required = true,
      description =
          "What to ask, a line each: GET /hello/Ada 200, or POST / 200 application/json {}. A line"
              + " that begins with NAME: is what the service NAME answers meanwhile.")
  Path requests = Path.of("");

  @Parameters(paramLabel = "FLAG", description = "Flags of the JVM, after --, as in the job file.")
  List<String> flags = List.of();

  public static void main(String[] args) {
    System.exit(
        new CommandLine(new Main()).setExecutionExceptionHandler(new BuildErrors()).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    long start = System.nanoTime();
    Path log = output.resolveSibling(output.getFileName() + ".log");
    Files.deleteIfExists(log);
    // Then another build of the same content is the same jar, to the cache and to ./stack up.
    Files.setLastModifiedTime(jar, ImageContents.EPOCH);
    new Training(javaHome, jar, output, Script.in(requests), flags, PATIENCE).run();
    System.out.printf(
        "%s: %d MB, trained in %d s%n",
        output.getFileName(),
        Files.size(output) / 1_000_000,
        Duration.ofNanos(System.nanoTime() - start).toSeconds());
    return 0;
  }
}
