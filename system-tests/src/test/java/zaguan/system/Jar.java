package zaguan.system;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** A module's jar as {@code java -jar}, outside Nomad. */
final class Jar {

  private Jar() {}

  /**
   * Starts it.
   *
   * @param log for what it prints
   * @param consul host and port of its Consul agent
   */
  static Process start(String module, Path log, String consul, Map<String, String> environment)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-jar",
                Platform.checkout().jar(module).toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().put("CONSUL_HTTP_ADDR", consul);
    builder.environment().putAll(environment);
    return builder.start();
  }
}
