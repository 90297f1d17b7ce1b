package zaguan.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Begins a service of the user's own: a module of the checkout, or a project by itself. */
final class NewService {

  private final Checkout checkout;
  private final CheckoutPom pom;

  NewService(Checkout checkout) {
    this.checkout = checkout;
    pom = new CheckoutPom(checkout.root().resolve("pom.xml"));
  }

  /**
   * A module, with a job file in nomad/.
   *
   * @throws StackFailure if the name cannot be a service's, or something has it; nothing is changed
   */
  void module(ServiceName name) {
    requireNoJob(name);
    Path folder = checkout.root().resolve(name.text());
    if (pom.modules().stream().anyMatch(module -> Path.of(module).endsWith(name.text()))) {
      throw new StackFailure(
          "\"" + name.text() + "\" is a module of " + pom.file() + " already. Choose another name");
    }
    if (Files.exists(folder)) {
      throw new StackFailure(folder + " exists already. Choose another name, or delete it");
    }
    ServiceSources sources = new ServiceSources(checkout, name, "zaguan." + name.inPackage());
    Map<Path, String> files = new LinkedHashMap<>();
    sources.files().forEach((file, text) -> files.put(folder.resolve(file), text));
    files.put(folder.resolve("pom.xml"), sources.module(pom.version()));
    files.put(checkout.jobFile(name.text()), sources.job());
    write(files);
    pom.add(name.text());
  }

  /**
   * A project that needs nothing of the checkout, but the platform's artifacts.
   *
   * @param folder a name that is not there yet, or an empty clone
   * @throws StackFailure if the name cannot be a service's, or something has it; nothing is changed
   */
  void project(Path folder, ServiceName name) {
    requireNoJob(name);
    if (folder.startsWith(checkout.root())) {
      throw new StackFailure(
          folder
              + " is in the checkout. For a module of it: ./stack new "
              + name.text()
              + ". For a project by itself, name a folder outside, such as ../"
              + name.text());
    }
    if (Files.exists(folder) && !isEmptyClone(folder)) {
      throw new StackFailure(
          folder + " exists already, and has files. Choose another name, or an empty folder");
    }
    ServiceSources sources = new ServiceSources(checkout, name, name.inPackage());
    Map<Path, String> files = new LinkedHashMap<>();
    sources.files().forEach((file, text) -> files.put(folder.resolve(file), text));
    files.put(folder.resolve("pom.xml"), sources.project(pom.version()));
    files.put(folder.resolve(".gitignore"), sources.fromTemplate("gitignore"));
    files.put(folder.resolve("README.md"), sources.fromTemplate("README.md"));
    files.put(folder.resolve(name.text() + ".nomad.hcl"), sources.job());
    write(files);
    copyMavenWrapper(folder);
  }

  private void requireNoJob(ServiceName name) {
    Path jobs = checkout.root().resolve("nomad");
    try (Stream<Path> files = Files.walk(jobs)) {
      if (files.anyMatch(file -> file.endsWith(name.text() + ".nomad.hcl"))) {
        throw new StackFailure(
            "\"" + name.text() + "\" has a job file in " + jobs + " already. Choose another name");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isEmptyClone(Path folder) {
    if (!Files.isDirectory(folder)) {
      return false;
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.allMatch(file -> file.endsWith(".git"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void copyMavenWrapper(Path folder) {
    try {
      for (String file : List.of("mvnw", ".mvn/wrapper/maven-wrapper.properties")) {
        Path copy = folder.resolve(file);
        Files.createDirectories(copy.resolveSibling("."));
        Files.copy(checkout.root().resolve(file), copy, StandardCopyOption.COPY_ATTRIBUTES);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(Map<Path, String> files) {
    try {
      for (Map.Entry<Path, String> file : files.entrySet()) {
        Files.createDirectories(file.getKey().resolveSibling("."));
        Files.writeString(file.getKey(), file.getValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
