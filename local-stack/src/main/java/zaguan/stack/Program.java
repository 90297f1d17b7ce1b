package zaguan.stack;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Runs another program to its end. */
final class Program {

  /**
   * How it ended.
   *
   * @param output what it printed, standard output and error together
   */
  record Result(int exitCode, String output) {

    boolean succeeded() {
      return exitCode == 0;
    }

    /** The last lines of the output, for a message. */
    String tail() {
      return lastLines(output, 15);
    }
  }

  private Program() {}

  static Result run(@Nullable Path folder, Map<String, String> environment, List<String> command) {
    return run(folder, environment, command, line -> {});
  }

  /**
   * @param onLine told each line as it comes
   * @throws StackFailure if the program cannot be started
   */
  static Result run(
      @Nullable Path folder,
      Map<String, String> environment,
      List<String> command,
      Consumer<String> onLine) {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    if (folder != null) {
      builder.directory(folder.toFile());
    }
    builder.environment().putAll(environment);
    StringBuilder output = new StringBuilder();
    try {
      Process process = builder.start();
      try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
          output.append(line).append('\n');
          onLine.accept(line);
        }
        return new Result(process.waitFor(), output.toString());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new StackFailure("interrupted while running " + String.join(" ", command), e);
      } finally {
        process.destroy();
      }
    } catch (IOException e) {
      throw new StackFailure("cannot run " + String.join(" ", command) + ": " + e.getMessage(), e);
    }
  }

  /** The PATH of this process. */
  static String path() {
    return System.getenv().getOrDefault("PATH", "/usr/local/bin:/usr/bin:/bin");
  }

  /** Where a program lies on the PATH, or null. */
  static @Nullable Path onPath(String program, String path) {
    for (String folder : path.split(":", -1)) {
      Path candidate = Path.of(folder.isEmpty() ? "." : folder, program).toAbsolutePath();
      if (Files.isRegularFile(candidate) && Files.isExecutable(candidate)) {
        return candidate;
      }
    }
    return null;
  }

  static String lastLines(String text, int count) {
    List<String> lines = text.strip().lines().toList();
    return String.join("\n", lines.subList(Math.max(0, lines.size() - count), lines.size()));
  }
}
