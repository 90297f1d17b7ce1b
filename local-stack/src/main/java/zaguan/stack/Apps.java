package zaguan.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The jars that Nomad runs: copies named by their content. A build never changes a jar under a
 * running JVM, a new content is a new job version, and a version that is reverted to finds its own.
 */
final class Apps {

  private final Checkout checkout;
  private final Path folder;

  Apps(Checkout checkout, Path folder) {
    this.checkout = checkout;
    this.folder = folder;
  }

  void publish() {
    for (String service : checkout.services()) {
      Path jar = checkout.jar(service);
      Path published = folder.resolve(service + "-" + ContentHash.of(jar).hex() + ".jar");
      try {
        Files.createDirectories(folder);
        if (!Files.exists(published)) {
          Path unfinished = folder.resolve(service + ".unfinished");
          Files.copy(jar, unfinished, StandardCopyOption.REPLACE_EXISTING);
          Files.move(unfinished, published, StandardCopyOption.ATOMIC_MOVE);
        }
        Path current = folder.resolve(service + ".current");
        StackState.write(current, published.getFileName().toString());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /**
   * The job variables that name the jars published last, such as NOMAD_VAR_greeter_jar.
   *
   * @param seenAs where a task finds the folder of the jars
   */
  Map<String, String> variables(Path seenAs) {
    Map<String, String> variables = new TreeMap<>();
    if (!Files.isDirectory(folder)) {
      return variables;
    }
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        if (name.endsWith(".current")) {
          String service = name.substring(0, name.length() - ".current".length());
          variables.put(
              "NOMAD_VAR_" + service.replace('-', '_') + "_jar",
              seenAs.resolve(Files.readString(file)).toString());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return variables;
  }
}
