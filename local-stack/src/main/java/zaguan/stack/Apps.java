package zaguan.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * What Nomad runs: a folder for each service, named by its content, with the jar and its AOT cache.
 * A build never changes a jar under a running JVM, a new content is a new job version, and a
 * version that Nomad reverts to finds its own jar.
 */
final class Apps {

  private final Path folder;

  Apps(Path folder) {
    this.folder = folder;
  }

  void publish(Service service) {
    Path jar = service.jar();
    try {
      // The cache is for a jar of that time, and for this JDK.
      String content =
          ContentHash.of(jar)
              .and(Files.getLastModifiedTime(jar).toString())
              .and(Runtime.version().toString())
              .hex();
      Path published = folder.resolve(service.name() + "-" + content);
      if (!Files.exists(published)) {
        publish(published, List.of(jar, service.cache()));
      }
      new Published(folder).jar(service.name(), published.resolve(jar.getFileName()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void publish(Path published, List<Path> files) throws IOException {
    Path unfinished = published.resolveSibling(published.getFileName() + ".unfinished");
    Files.createDirectories(unfinished);
    for (Path file : files) {
      if (Files.exists(file)) { // A service may have no cache.
        Files.copy(
            file,
            unfinished.resolve(file.getFileName()),
            StandardCopyOption.REPLACE_EXISTING,
            StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
    Files.move(unfinished, published, StandardCopyOption.ATOMIC_MOVE);
  }
}
