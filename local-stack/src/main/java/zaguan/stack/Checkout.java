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
    return root.resolve("nomad").resolve(job + ".nomad.hcl");
  }

  /** The folder of the Go module that pins a tool. */
  Path tool(String name) {
    return root.resolve("tools").resolve(name);
  }

  /** The modules that run on Nomad: those for which there is a job file. */
  List<Service> services() {
    return jobFiles(root.resolve("nomad")).stream()
        .map(Service::nameOf)
        .filter(name -> Files.isRegularFile(root.resolve(name).resolve("pom.xml")))
        .map(this::module)
        .toList();
  }

  /**
   * The service that a user means: by the name of a module, or by the folder of a project.
   *
   * @throws StackFailure if there is none
   */
  Service service(String argument) {
    for (Service service : services()) {
      if (service.name().equals(argument)) {
        return service;
      }
    }
    Path folder = Path.of(argument).toAbsolutePath().normalize();
    if (Files.isRegularFile(folder.resolve("pom.xml"))) {
      return services().stream()
          .filter(service -> service.module().equals(folder))
          .findFirst()
          .orElseGet(() -> project(folder));
    }
    throw new StackFailure(
        argument
            + " is no service. The services of this checkout are "
            + String.join(", ", services().stream().map(Service::name).toList())
            + ". A module is a service if nomad/ has a job file of its name: nomad/orders.nomad.hcl"
            + " for the module orders. For a project by itself, name its folder: ./stack run"
            + " ../orders");
  }

  /**
   * The runnable jar that the build makes of a module.
   *
   * @throws StackFailure if it has not been built
   */
  public Path jar(String module) {
    return module(module).jar();
  }

  /** The AOT cache that the build makes of a module; need not exist. */
  public Path cache(String module) {
    return module(module).cache();
  }

  private Service module(String name) {
    return new Service(name, root.resolve(name), root, jobFile(name));
  }

  private static Service project(Path folder) {
    List<Path> files =
        Stream.of(folder.resolve("nomad"), folder)
            .flatMap(each -> jobFiles(each).stream())
            .toList();
    if (files.size() != 1) {
      throw new StackFailure(
          folder
              + " must have one job file, such as nomad/"
              + folder.getFileName()
              + ".nomad.hcl; it has "
              + (files.isEmpty() ? "none" : files));
    }
    return new Service(Service.nameOf(files.getFirst()), folder, folder, files.getFirst());
  }

  private static List<Path> jobFiles(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(Service::isJobFile).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
