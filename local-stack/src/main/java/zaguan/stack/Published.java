package zaguan.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * What was published last of each job: the file {@code NAME.current} in a folder names it.
 *
 * @param kind jar or image
 */
record Published(Path folder, String kind) {

  private static final String CURRENT = ".current";

  void write(String job, String what) {
    StackState.write(folder.resolve(job + CURRENT), what);
  }

  /**
   * The job variables that name what was published, such as NOMAD_VAR_api_gateway_jar.
   *
   * @param seenAs how a task finds what the file says
   */
  Map<String, String> variables(UnaryOperator<String> seenAs) {
    Map<String, String> variables = new TreeMap<>();
    if (!Files.isDirectory(folder)) {
      return variables;
    }
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        if (name.endsWith(CURRENT)) {
          String job = name.substring(0, name.length() - CURRENT.length());
          variables.put(
              "NOMAD_VAR_" + job.replace('-', '_') + "_" + kind,
              seenAs.apply(Files.readString(file)));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return variables;
  }
}
