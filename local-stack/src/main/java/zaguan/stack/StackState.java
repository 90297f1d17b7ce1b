package zaguan.stack;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The folder in which a stack keeps what it is: data, logs, published jars, and its settings. */
final class StackState {

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /**
   * What `up` was told, for the commands that come after it.
   *
   * @param docker the engine, once a driver of this stack was docker
   */
  record Settings(
      Ports ports,
      StackOptions.Driver driver,
      int gateways,
      Tools tools,
      @Nullable DockerEngine docker) {

    Settings withGateways(int number) {
      return new Settings(ports, driver, number, tools, docker);
    }
  }

  private final Path folder;

  StackState(Path folder) {
    this.folder = real(folder.toAbsolutePath().normalize());
  }

  /** The real path, whichever link leads to the folder; the folder need not exist. */
  private static Path real(Path path) {
    try {
      return Files.exists(path) || path.getParent() == null
          ? path.toRealPath()
          : real(path.getParent()).resolve(path.getFileName());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path folder() {
    return folder;
  }

  /** Logs outlive `down`: they are needed most when something went wrong. */
  Path log(String name) {
    return folder.resolve("logs").resolve(name + ".log");
  }

  Path data(String name) {
    return folder.resolve("data").resolve(name);
  }

  DockerDaemon dockerDaemon() {
    return new DockerDaemon(data("docker"));
  }

  /** What Nomad runs, and files that say what was published last: the variable of the job files. */
  Path apps() {
    return folder.resolve("apps");
  }

  Path bin() {
    return folder.resolve("bin");
  }

  /** Puts a program into {@link #bin}. */
  void link(String name, Path tool) {
    try {
      Files.createDirectories(bin());
      Path link = bin().resolve(name);
      if (!tool.equals(link)) {
        Files.deleteIfExists(link);
        Files.createSymbolicLink(link, tool);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path agentFile(String name) {
    return folder.resolve(name + ".hcl");
  }

  Optional<Settings> settings() {
    Path file = folder.resolve("stack.json");
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(JSON.readValue(file.toFile(), Settings.class));
    } catch (IOException e) {
      throw new StackFailure(
          file + " cannot be read (" + e.getMessage() + "); delete it, then: ./stack down", e);
    }
  }

  void write(Settings settings) {
    try {
      write(folder.resolve("stack.json"), JSON.writeValueAsString(settings) + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whole or not at all. */
  static void write(Path file, String text) {
    try {
      Files.createDirectories(file.getParent());
      Path unfinished = file.resolveSibling(file.getFileName() + ".unfinished");
      Files.writeString(unfinished, text);
      Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Only one `up` or `down` at a time. The lock ends with its process, however that ends. */
  FileChannel lock(Progress progress) {
    try {
      Files.createDirectories(folder);
      FileChannel channel =
          FileChannel.open(
              folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (channel.tryLock() == null) {
        progress.step("another ./stack is at work on " + folder + "; waiting for it");
        channel.lock();
      }
      return channel;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What an `up` or `down` is doing in another process; empty if none is at work. */
  Optional<String> underWay() {
    if (!FileLocks.isHeld(folder.resolve("lock")) || !Files.exists(noted())) {
      return Optional.empty();
    }
    try {
      return Optional.of(Files.readString(noted()).strip());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** For {@link #underWay}, by the holder of the lock. */
  void note(String work) {
    write(noted(), work + "\n");
  }

  private Path noted() {
    return folder.resolve("doing");
  }

  /** Deletes everything but the logs. */
  void clear() {
    for (String name : new String[] {"data", "apps", "bin"}) {
      delete(folder.resolve(name));
    }
    delete(agentFile("consul"));
    delete(agentFile("nomad"));
    delete(noted());
    delete(folder.resolve("stack.json"));
  }

  /** Deletes a file, or a folder with all that is in it. */
  static void delete(Path path) {
    if (!Files.exists(path)) {
      return;
    }
    Mounts.unmountBelow(path);
    try (Stream<Path> all = Files.walk(path)) {
      for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new StackFailure("cannot delete " + path + ": " + e.getMessage(), e);
    }
  }
}
