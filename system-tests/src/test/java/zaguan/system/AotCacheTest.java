package zaguan.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The greeter's cache, as the build made it, and the JVM. */
@Timeout(60)
class AotCacheTest {

  private static final Path JAR = Platform.checkout().jar("greeter");
  private static final Path CACHE = Platform.checkout().cache("greeter");

  @TempDir private Path folder;

  @Test
  void aCopyOfTheSameNameAndTimeTakesIt() throws Exception {
    assertThat(version(copy("greeter.jar"))).doesNotContain("[aot").contains("zaguan.greeter");
  }

  @Test
  void aJarOfAnotherNameIsReportedAndRunsWithout() throws Exception {
    assertIgnored(version(copy("other.jar")), "classpath entry does not exist");
  }

  @Test
  void aJarOfAnotherTimeIsReportedAndRunsWithout() throws Exception {
    Path jar = copy("greeter.jar");
    Files.setLastModifiedTime(jar, FileTime.from(Instant.parse("2026-01-01T00:00:00Z")));
    assertIgnored(version(jar), "timestamp has changed");
  }

  private Path copy(String name) throws Exception {
    return Files.copy(JAR, folder.resolve(name), StandardCopyOption.COPY_ATTRIBUTES);
  }

  private static void assertIgnored(String output, String reason) {
    assertThat(output)
        .contains(reason)
        .contains("Unable to map shared spaces")
        .contains("Server VM");
    assertThat(output.lines().filter(line -> line.contains("[aot"))).hasSizeLessThanOrEqualTo(4);
    assertThat(output).doesNotContain("zaguan.greeter");
  }

  /** What the JVM says of itself, and of the classes that it loaded for that. */
  private static String version(Path jar) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:+UseCompactObjectHeaders",
                "-XX:AOTCache=" + CACHE,
                "-Xlog:class+load",
                "-cp",
                jar.toString(),
                "-version")
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }
}
