package zaguan.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A clone of the repository: where the files lie that a stack is made of.
 *
 * @param root the folder of {@code stack} and {@code pom.xml}, absolute
 */
public record Checkout(Path root) {

  private static final String JOB_FILE = ".nomad.hcl";

  /**
   * @throws StackFailure if {@code root} is not a checkout
   */
  public Checkout {
    root = root.toAbsolutePath().normalize();
    if (!Files.isRegularFile(root.resolve("nomad/greeter.nomad.hcl"))) {
      throw new StackFailure(
          root + " is not a checkout of Zaguán: it has no nomad/greeter.nomad.hcl");
    }
  }

  /** Where the stack of {@code ./stack up} keeps its state. */
  public Path standardState() {
    return root.resolve(".stack");
  }

  /** What `./stack` builds in another process; empty if it builds nothing. */
  Optional<String> building() {
    return FileLocks.isHeld(standardState().resolve("build.lock"))
        ? Optional.of(
            "coming up: Maven builds what is stale; its log: "
                + standardState().resolve("logs/build.log"))
        : Optional.empty();
  }

  Path consulAgentFile() {
    return root.resolve("consul/agent.hcl");
  }

  Path nomadAgentFolder() {
    return root.resolve("nomad/agent");
  }

  Path jobFile(String job) {
    return root.resolve("nomad").resolve(job + JOB_FILE);
  }

  /** The folder of the Go module that pins a tool. */
  Path tool(String name) {
    return root.resolve("tools").resolve(name);
  }

  /** The modules that run on Nomad: those for which there is a job file. */
  List<String> services() {
    try (Stream<Path> files = Files.list(root.resolve("nomad"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(JOB_FILE))
          .map(name -> name.substring(0, name.length() - JOB_FILE.length()))
          .filter(name -> Files.isRegularFile(root.resolve(name).resolve("pom.xml")))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The runnable jar that the build makes of a module.
   *
   * @throws StackFailure if it has not been built
   */
  public Path jar(String module) {
    Path jar = root.resolve(module).resolve("target").resolve(module + ".jar");
    if (!Files.isRegularFile(jar)) {
      throw new StackFailure(
          jar + " has not been built. Build it: ./mvnw -DskipTests package -pl " + module + " -am");
    }
    return jar;
  }

  /**
   * The archive of the image that the build makes of a service.
   *
   * @throws StackFailure if it has not been built
   */
  public Path image(String service) {
    Path archive = root.resolve(service).resolve("target").resolve("jib-image.tar");
    if (!Files.isRegularFile(archive)) {
      throw new StackFailure(archive + " has not been built. Build it: ./stack up --driver docker");
    }
    return archive;
  }

  /** The AOT cache that the build makes of a service; need not exist. */
  public Path cache(String module) {
    return root.resolve(module).resolve("target").resolve(module + ".aot");
  }
}
