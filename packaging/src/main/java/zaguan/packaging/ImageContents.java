package zaguan.packaging;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Lays out what an image of a service consists of: {@code runtime} goes to /opt/java, {@code app}
 * to /app. {@code image.properties} says which revision it is of. {@code base.tar} is a base of
 * this machine's own files, for a build that names no other.
 */
@Command(name = "image-contents", mixinStandardHelpOptions = true, usageHelpAutoWidth = true)
final class ImageContents implements Callable<Integer> {

  /** The time of every file in an image: a cache fits only a jar of the same time. */
  static final FileTime EPOCH = FileTime.from(Instant.ofEpochSecond(1));

  @Option(names = "--jar", paramLabel = "FILE", required = true, description = "The service.")
  Path jar = Path.of("");

  @Option(names = "--modules", required = true, description = "Those of the JDK that it needs.")
  String modules = "";

  @Option(names = "--requests", paramLabel = "FILE", required = true, description = "To train it.")
  Path requests = Path.of("");

  @Option(names = "--into", paramLabel = "DIR", required = true, description = "Emptied first.")
  Path folder = Path.of("");

  @Parameters(paramLabel = "FLAG", description = "Flags of the JVM, after --, as in the job file.")
  List<String> flags = List.of();

  public static void main(String[] args) {
    System.exit(
        new CommandLine(new ImageContents())
            .setExecutionExceptionHandler(new BuildErrors())
            .execute(args));
  }

  @Override
  public Integer call() throws Exception {
    folder = folder.toAbsolutePath().normalize();
    delete(folder);
    Path runtime = folder.resolve("runtime");
    link(runtime);
    Path app = Files.createDirectories(folder.resolve("app"));
    Path copy = app.resolve(jar.getFileName());
    Files.copy(jar, copy);
    Files.setLastModifiedTime(copy, EPOCH);
    String name = jar.getFileName().toString().replaceFirst("\\.jar$", "");
    Path cache = app.resolve(name + ".aot");
    new TrainedBefore(runtime, copy, requests, flags).orTrain(cache);
    Files.writeString(app.resolve(name + ".args"), arguments(name));
    describe();
    BaseImage.main(new String[] {folder.resolve("base.tar").toString()});
    return 0;
  }

  /** The arguments that the image's entrypoint hands to java. */
  private String arguments(String name) {
    List<String> arguments = new ArrayList<>(flags);
    arguments.add("-XX:AOTCache=/app/" + name + ".aot");
    arguments.add("-jar");
    arguments.add("/app/" + name + ".jar");
    return String.join("\n", arguments) + "\n";
  }

  private void link(Path runtime) {
    StringWriter said = new StringWriter();
    PrintWriter out = new PrintWriter(said);
    ToolProvider jlink =
        ToolProvider.findFirst("jlink")
            .orElseThrow(
                () ->
                    new PackagingFailure(
                        System.getProperty("java.home") + " has no jlink; build with a whole JDK"));
    int exit =
        jlink.run(
            out,
            out,
            "--add-modules",
            modules,
            "--strip-java-debug-attributes", // --strip-debug needs objcopy of binutils.
            "--no-header-files",
            "--no-man-pages",
            "--output",
            runtime.toString());
    if (exit != 0) {
      throw new PackagingFailure("jlink cannot make a runtime of " + modules + ": " + said);
    }
  }

  private void describe() throws IOException, InterruptedException {
    Files.writeString(folder.resolve("image.properties"), "image.revision=" + revision() + "\n");
  }

  /** The commit, with `-dirty` where files differ from it; `unknown` outside a git clone. */
  private static String revision() throws InterruptedException {
    try {
      Process git =
          new ProcessBuilder("git", "describe", "--always", "--abbrev=40", "--exclude=*", "--dirty")
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String said = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      return git.waitFor() == 0 ? said : "unknown";
    } catch (IOException noGitHere) {
      return "unknown";
    }
  }

  private static void delete(Path path) throws IOException {
    if (!Files.exists(path)) {
      return;
    }
    try (Stream<Path> all = Files.walk(path)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }
}
