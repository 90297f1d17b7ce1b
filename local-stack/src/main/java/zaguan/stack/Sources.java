package zaguan.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a service is built of, and whether it has changed since. A file that is newer than the build
 * has changed only if its content has: a new module is a line in the checkout's {@code pom.xml},
 * and is no reason to build all the others.
 */
final class Sources {

  /** Its parent, too, and what trains it. */
  private static final Pattern DEPENDENCY =
      Pattern.compile(
          "<(dependency|parent)>\\s*<groupId>zaguan</groupId>\\s*<artifactId>([-\\w]+)</artifactId>"
              + "((?s:.*?))</\\1>");

  private final Service service;

  Sources(Service service) {
    this.service = service;
  }

  /**
   * Whether the service has to be built.
   *
   * @param images whether it needs an image, too
   */
  boolean isStale(boolean images) {
    // The last thing that the build makes.
    Path built =
        images
            ? service.target("jib-image.tar")
            : Files.isDirectory(service.module().resolve("src/main/aot"))
                ? service.cache()
                : service.target(service.name() + ".jar");
    if (!Files.isRegularFile(built)) {
      return true;
    }
    FileTime time = timeOf(built);
    Set<Path> modules = modules();
    List<Path> files = files(modules);
    // A file that has gone is a change of its folder.
    boolean newer =
        Stream.concat(files.stream(), modules.stream().flatMap(Sources::foldersOf))
            .anyMatch(each -> timeOf(each).compareTo(time) > 0);
    if (!newer) {
      built(); // By Maven itself, perhaps.
      return false;
    }
    return !content(files).equals(read(stamp()));
  }

  /** Remembers what the service was built of. */
  void built() {
    String content = content(files(modules()));
    if (!content.equals(read(stamp()))) {
      StackState.write(stamp(), content);
    }
  }

  private Path stamp() {
    return service.target("built-of");
  }

  private Set<Path> modules() {
    Set<Path> modules = new LinkedHashSet<>();
    collect(service.module(), modules);
    return modules;
  }

  private static Stream<Path> foldersOf(Path module) {
    Path sources = module.resolve("src/main");
    if (!Files.isDirectory(sources)) {
      return Stream.empty();
    }
    try (Stream<Path> all = Files.walk(sources)) {
      return all.filter(Files::isDirectory).toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<Path> files(Set<Path> modules) {
    return Stream.concat(
            Stream.of(service.build().resolve("pom.xml")),
            modules.stream()
                .flatMap(
                    folder ->
                        Stream.concat(
                            Stream.of(folder.resolve("pom.xml")),
                            below(folder.resolve("src/main")).stream())))
        .distinct()
        .toList();
  }

  /** The module, and those of the same checkout on which it depends. */
  private void collect(Path module, Set<Path> folders) {
    if (!Files.isRegularFile(module.resolve("pom.xml")) || !folders.add(module)) {
      return;
    }
    DEPENDENCY
        .matcher(read(module.resolve("pom.xml")))
        .results()
        // What only tests need is in no jar.
        .filter(each -> !each.group(3).contains("<scope>test</scope>"))
        .map((MatchResult each) -> service.build().resolve(each.group(2)))
        .forEach(each -> collect(each, folders));
  }

  private String content(List<Path> files) {
    ContentHash hash = ContentHash.of();
    for (Path file : files) {
      hash.and(file.toString());
      hash.and(
          file.equals(service.build().resolve("pom.xml"))
              ? read(file).replaceAll("\\s*<module>.*</module>", "")
              : ContentHash.of(file).hex());
    }
    return hash.hex();
  }

  static List<Path> below(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static FileTime timeOf(Path file) {
    try {
      return Files.getLastModifiedTime(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.isRegularFile(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
