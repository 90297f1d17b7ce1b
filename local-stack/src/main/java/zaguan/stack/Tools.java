package zaguan.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The programs that a stack is made of.
 *
 * @param consul 1.19 or later
 * @param nomad 1.9 or later
 * @param haproxy 2.6 or later
 */
public record Tools(Path consul, Path nomad, Path haproxy) {

  private static final Version OLDEST_CONSUL = new Version(1, 19);
  private static final Version OLDEST_NOMAD = new Version(1, 9);
  private static final Version OLDEST_HAPROXY = new Version(2, 6);
  private static final Version OLDEST_H2SPEC = new Version(2, 2);

  /**
   * Finds the programs on the PATH, and obtains those that are missing or too old there. Consul and
   * Nomad are built from the pinned Go modules into the user's cache, once. HAProxy comes from the
   * distribution, which needs root. Takes seconds where all is there, some eight minutes on two
   * cores where both are built. Several processes may call it at once: one builds, the others wait.
   *
   * @throws StackFailure if a program cannot be obtained; nothing has been started then
   */
  public static Tools obtain(Checkout checkout, Progress progress) {
    // The quick refusals first: no build of minutes before "HAProxy is missing".
    Path haproxy = haproxy(progress);
    return new Tools(consul(checkout, progress), nomad(checkout, progress), haproxy);
  }

  /** As {@link #obtain}, Consul alone. */
  public static Path consul(Checkout checkout, Progress progress) {
    Path installed = installed("consul", "version", OLDEST_CONSUL);
    return installed != null
        ? installed
        : new GoBuild(
                checkout,
                "consul",
                "github.com/hashicorp/consul",
                List.of(),
                Map.of("CGO_ENABLED", "0"))
            .binary(progress);
  }

  /**
   * h2spec, which tests servers of HTTP/2. No stack needs it, so {@link #obtain} leaves it out.
   * Half a minute where it is built.
   *
   * @throws StackFailure if it cannot be obtained
   */
  public static Path h2spec(Checkout checkout, Progress progress) {
    Path installed = installed("h2spec", "--version", OLDEST_H2SPEC);
    return installed != null
        ? installed
        : new GoBuild(
                checkout,
                "h2spec",
                "github.com/summerwind/h2spec/cmd/h2spec",
                List.of(),
                Map.of("CGO_ENABLED", "0"))
            .binary(progress);
  }

  private static Path nomad(Checkout checkout, Progress progress) {
    Path installed = installed("nomad", "version", OLDEST_NOMAD);
    if (installed != null) {
      return installed;
    }
    // The driver exec enters its namespaces in C code; `ui` is the web page.
    GoBuild build =
        new GoBuild(
            checkout,
            "nomad",
            "github.com/hashicorp/nomad",
            List.of("-tags", "ui"),
            Map.of("CGO_ENABLED", "1"));
    if (!build.isBuilt() && Program.onPath("gcc", Program.path()) == null) {
      new DebianPackage("gcc", "libc6-dev").install("Nomad is built with a C compiler", progress);
    }
    return build.binary(progress);
  }

  private static Path haproxy(Progress progress) {
    Path installed = installed("haproxy", "-v", OLDEST_HAPROXY);
    if (installed == null) {
      new DebianPackage("haproxy")
          .install("HAProxy " + OLDEST_HAPROXY + " is the front door", progress);
      installed = installed("haproxy", "-v", OLDEST_HAPROXY);
    }
    if (installed == null) {
      throw new StackFailure(
          "this distribution's haproxy is older than "
              + OLDEST_HAPROXY
              + "; install a newer one and put it on the PATH");
    }
    return installed;
  }

  private static @Nullable Path installed(String program, String versionFlag, Version oldest) {
    // Debian puts haproxy into /usr/sbin, which is not on every user's PATH.
    Path binary = Program.onPath(program, Program.path() + ":/usr/sbin");
    if (binary == null) {
      return null;
    }
    binary = behindAStacksLink(binary);
    Version version =
        Version.in(Program.run(null, Map.of(), List.of(binary.toString(), versionFlag)).output());
    return version != null && version.compareTo(oldest) >= 0 ? binary : null;
  }

  /**
   * In a shell after {@code eval "$(./stack env)"}, the PATH leads to a stack's own link, which
   * goes with that stack: returns what the link leads to. Other links stay as they are: some
   * programs go by the name they are called by.
   */
  private static Path behindAStacksLink(Path binary) {
    Path folder = binary.getParent();
    if (folder == null
        || !Files.isSymbolicLink(binary)
        || !Files.exists(folder.resolveSibling("stack.json"))) {
      return binary;
    }
    try {
      return Files.readSymbolicLink(binary);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
