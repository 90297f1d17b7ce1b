package zaguan.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Builds a tool from the Go module that pins it, into the user's cache. The module's {@code go.sum}
 * fixes the content of all that goes in.
 */
final class GoBuild {

  private final Path module;
  private final String name;
  private final String source;
  private final List<String> flags;
  private final Map<String, String> environment;
  private final Path binary;

  /**
   * @param source the package of its {@code main}
   */
  GoBuild(
      Checkout checkout,
      String name,
      String source,
      List<String> flags,
      Map<String, String> environment) {
    module = checkout.tool(name);
    this.name = name;
    this.source = source;
    this.flags = flags;
    this.environment = environment;
    // Another pin or another way to build is another folder; a binary is never overwritten.
    String pin =
        ContentHash.of(module.resolve("go.mod"), module.resolve("go.sum"))
            .and(flags + environment.toString())
            .hex();
    binary = cache().resolve(name + "-" + pin).resolve(name);
  }

  boolean isBuilt() {
    return Files.isExecutable(binary);
  }

  /** The tool; builds it if it is not built yet. */
  Path binary(Progress progress) {
    if (isBuilt()) {
      return binary;
    }
    try {
      Files.createDirectories(binary.getParent());
      Path lock = binary.resolveSibling("lock");
      try (FileChannel channel =
          FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        if (channel.tryLock() == null) {
          progress.step(name + ": another process is building it; waiting");
          channel.lock();
        }
        if (!isBuilt()) {
          build(progress);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return binary;
  }

  private void build(Progress progress) throws IOException {
    requireGo();
    progress.step(name + ": not on the PATH, or too old; building it, once, from " + module);
    AtomicInteger downloaded = new AtomicInteger();
    List<String> listing = new ArrayList<>(List.of("go", "list", "-mod=readonly", "-deps"));
    listing.addAll(flags);
    listing.add(source);
    Program.Result list =
        Program.run(
            module,
            environment,
            listing,
            line -> {
              if (line.startsWith("go: downloading")) {
                progress.at(name + ": " + downloaded.incrementAndGet() + " modules fetched");
              }
            });
    requireSuccess(list);
    long packages =
        list.output().lines().filter(line -> !line.startsWith("go: ")).distinct().count();

    Path unfinished = binary.resolveSibling("unfinished");
    AtomicInteger compiled = new AtomicInteger();
    List<String> building =
        new ArrayList<>(List.of("go", "build", "-mod=readonly", "-trimpath", "-v"));
    building.addAll(flags);
    building.addAll(List.of("-ldflags", "-s -w", "-o", unfinished.toString(), source));
    progress.at(name + ": compiling " + packages + " packages; some minutes");
    Program.Result build =
        Program.run(
            module,
            environment,
            building,
            line ->
                progress.at(
                    name
                        + ": "
                        + compiled.incrementAndGet()
                        + " of "
                        + packages
                        + " packages compiled"));
    requireSuccess(build);
    Files.move(unfinished, binary, StandardCopyOption.ATOMIC_MOVE);
    progress.step(name + ": built, kept as " + binary);
  }

  private void requireGo() throws IOException {
    Version needed =
        Files.readAllLines(module.resolve("go.mod")).stream()
            .filter(line -> line.startsWith("go "))
            .map(Version::in)
            .findFirst()
            .orElseThrow();
    String wanted =
        "there is no recent "
            + name
            + " on the PATH, and building it needs Go "
            + needed
            + " or later; install either one";
    if (Program.onPath("go", Program.path()) == null) {
      throw new StackFailure(wanted + " (no Go is on the PATH)");
    }
    // Run in the module's folder: a Go that may fetch a newer toolchain answers with that
    // version.
    Program.Result version = Program.run(module, environment, List.of("go", "version"));
    Version found = Version.in(version.output().replaceFirst("^go version ", ""));
    if (!version.succeeded() || found == null || found.compareTo(needed) < 0) {
      throw new StackFailure(wanted + " (" + version.output().strip() + ")");
    }
  }

  private void requireSuccess(Program.Result result) {
    if (!result.succeeded()) {
      throw new StackFailure(
          "building "
              + name
              + " failed; what was fetched and compiled is kept for the next try. Go said:\n"
              + result.tail());
    }
  }

  private static Path cache() {
    String configured = System.getenv("XDG_CACHE_HOME");
    Path base =
        configured == null || configured.isEmpty()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(configured);
    return base.resolve("zaguan").resolve("tools");
  }
}
