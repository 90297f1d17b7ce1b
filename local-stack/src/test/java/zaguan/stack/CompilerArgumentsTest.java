package zaguan.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class CompilerArgumentsTest {

  /** As maven-compiler-plugin writes them: of another module first. */
  private static final String RECORDED =
      """
      "-d"
      "/c/packaging/target/classes"
      "-classpath"
      "/c/packaging/target/classes:/m2/picocli.jar:"
      "-d"
      "/c/orders/target/classes"
      "-classpath"
      "/c/orders/target/classes:/m2/micronaut.jar:/m2/slf4j.jar:"
      "-sourcepath"
      "/c/orders/src/main/java:"
      "/c/orders/src/main/java/Orders.java"
      "-s"
      "/c/orders/target/generated-sources/annotations"
      "-processorpath"
      "/m2/errorprone.jar:/m2/inject-java.jar"
      "-parameters"
      "--release"
      "25"
      "-encoding"
      "UTF-8"
      "-Amicronaut.processing.group=orders"
      "-Werror"
      "-Xplugin:ErrorProne
      -Xep:NullAway:ERROR"
      """;

  @Test
  void whatMakesTheClassesOfTheModuleIsTakenAndChecksAreNot() {
    assertThat(CompilerArguments.parse(RECORDED, Path.of("/c/orders/target/classes")))
        .isEqualTo(
            new CompilerArguments(
                List.of(Path.of("/m2/micronaut.jar"), Path.of("/m2/slf4j.jar")),
                List.of(Path.of("/m2/errorprone.jar"), Path.of("/m2/inject-java.jar")),
                List.of(
                    "-parameters", "-encoding", "UTF-8", "-Amicronaut.processing.group=orders")));
  }

  @Test
  void aModuleThatMavenDidNotCompileIsSaid() {
    assertThatThrownBy(() -> CompilerArguments.parse(RECORDED, Path.of("/c/other/target/classes")))
        .isInstanceOf(StackFailure.class)
        .hasMessageContaining("/c/other/target/classes");
  }
}
