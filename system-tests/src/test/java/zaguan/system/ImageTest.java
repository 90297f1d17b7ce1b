package zaguan.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The image of the greeter, built from copies of this checkout's sources. */
@Timeout(600)
class ImageTest {

  @TempDir private Path folder;

  @Test
  void twoBuildsInTwoFoldersAreTheSameImage() throws Exception {
    Path first = built("first");
    Path second = built("elsewhere/second");
    assertThat(first.resolve("packaging/target/base.tar"))
        .hasSameBinaryContentAs(second.resolve("packaging/target/base.tar"));
    assertThat(Files.readString(first.resolve("greeter/target/jib-image.digest")))
        .startsWith("sha256:")
        .isEqualTo(Files.readString(second.resolve("greeter/target/jib-image.digest")));
    assertThat(first.resolve("greeter/target/jib-image.tar"))
        .hasSameBinaryContentAs(second.resolve("greeter/target/jib-image.tar"));
  }

  /** Builds outside a git clone, so the revision is unknown. */
  private Path built(String name) throws Exception {
    Path copy = Files.createDirectories(folder.resolve(name));
    Path root = Platform.checkout().root();
    for (String file :
        run(root, "git", "ls-files", "--cached", "--others", "--exclude-standard")
            .lines()
            .toList()) {
      if (Files.exists(root.resolve(file))) {
        Files.createDirectories(copy.resolve(file).resolveSibling("."));
        Files.copy(root.resolve(file), copy.resolve(file));
      }
    }
    run(
        copy,
        "./mvnw",
        "-B",
        "-ntp",
        "-Dmaven.test.skip=true",
        "-Pimage",
        "-Dimage.base=tar://" + copy.resolve("packaging/target/base.tar"),
        "-pl",
        "greeter",
        "-am",
        "package");
    return copy;
  }

  private String run(Path directory, String... command) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(new ArrayList<>(List.of(command)))
            .directory(directory.toFile())
            .redirectErrorStream(true);
    // The user's own cache has this jar's AOT cache already.
    builder.environment().put("XDG_CACHE_HOME", folder.resolve("cache").toString());
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }
}
