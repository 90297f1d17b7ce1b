package zaguan.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import zaguan.stack.Checkout;
import zaguan.stack.Progress;
import zaguan.stack.Stack;

/**
 * A clone of one's own, to change: the files of the checkout that is tested, and what was built of
 * them, so that nothing is stale.
 */
record Clone(Path root) {

  static Clone into(Path root) throws IOException, InterruptedException {
    Clone clone = new Clone(root);
    Path from = Platform.checkout().root();
    List<String> files =
        clone
            .run(from, "git", "ls-files", "--cached", "--others", "--exclude-standard")
            .lines()
            .toList();
    for (String file : files) {
      clone.copy(from.resolve(file), root.resolve(file));
    }
    for (String module :
        List.of("packaging", "local-stack", "discovery", "greeter", "api-gateway")) {
      clone.copyBuilt(from.resolve(module), root.resolve(module));
    }
    return clone;
  }

  Checkout checkout() {
    return new Checkout(root);
  }

  Stack stack() {
    return new Stack(checkout(), checkout().standardState(), Progress.silent());
  }

  /**
   * Runs {@code ./stack}, and waits for its end.
   *
   * @return what it prints
   */
  String command(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("./stack"));
    command.addAll(List.of(arguments));
    return run(root, command.toArray(String[]::new));
  }

  /** Runs a program to its end, which must be a good one; returns what it prints. */
  String run(Path directory, String... command) throws IOException, InterruptedException {
    Path said = Files.createTempFile("said", ".txt");
    try {
      Process process = start(directory, said, command);
      assertThat(process.waitFor(10, TimeUnit.MINUTES)).as(String.join(" ", command)).isTrue();
      String text = Files.readString(said, StandardCharsets.UTF_8);
      assertThat(process.exitValue()).as(text).isZero();
      return text;
    } finally {
      Files.delete(said);
    }
  }

  Process start(Path directory, Path said, String... command) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .redirectInput(Path.of("/dev/null").toFile());
    // What is installed goes before the user's own local repository, and not into it.
    builder
        .environment()
        .put(
            "MAVEN_ARGS",
            "-Dmaven.repo.local="
                + root.resolveSibling("repository")
                + " -Dmaven.repo.local.tail="
                + Path.of(System.getProperty("user.home"), ".m2/repository"));
    return builder.start();
  }

  private void copyBuilt(Path from, Path to) throws IOException {
    FileTime now = FileTime.from(Instant.now());
    try (Stream<Path> built = Files.walk(from.resolve("target"))) {
      for (Path file : built.filter(Files::isRegularFile).toList()) {
        Path copy = to.resolve(from.relativize(file));
        copy(file, copy);
        if (file.endsWith("inputFiles.lst")) {
          // Maven compiles a module again whose sources have other paths.
          Files.writeString(copy, Files.readString(file).replace(from.toString(), to.toString()));
        }
        // An AOT cache fits a jar of the same time; of what is built last, ./stack takes the time.
        if (file.toString().endsWith(".aot") || file.endsWith("local-stack.jar")) {
          Files.setLastModifiedTime(copy, now);
        }
      }
    }
  }

  private void copy(Path from, Path to) throws IOException {
    if (Files.exists(from, LinkOption.NOFOLLOW_LINKS)) {
      Files.createDirectories(to.resolveSibling("."));
      Files.copy(from, to, StandardCopyOption.COPY_ATTRIBUTES, StandardCopyOption.REPLACE_EXISTING);
    }
  }
}
