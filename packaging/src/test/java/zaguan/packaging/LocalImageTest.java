package zaguan.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalImageTest {

  private static final Path PROGRAM = Path.of("/usr/bin/env");

  @TempDir private Path folder;

  @Test
  void theSameFilesMakeTheSameBytesAndTheSameName() throws Exception {
    Path first = folder.resolve("first.tar");
    Path second = folder.resolve("second.tar");
    String name = write(first);
    assertThat(write(second)).isEqualTo(name);
    assertThat(first).hasSameBinaryContentAs(second);
  }

  @Test
  void aProgramRunsOnNothingButWhatItsImageHolds() throws Exception {
    write(folder.resolve("image.tar"));
    run("tar", "-xf", "image.tar");
    assertThat(run("tar", "-tvf", "layer.tar"))
        .contains("drwxrwxrwt")
        .containsPattern("-rwxr-xr-x 0/0 +\\d+ \\S+ \\S+ usr/bin/env\\n")
        .contains("etc/passwd");
    Path root = Files.createDirectories(folder.resolve("root"));
    run("tar", "-xf", "layer.tar", "-C", root.toString());
    for (Path library : Libraries.of(List.of(PROGRAM))) {
      assertThat(root.resolve(Path.of("/").relativize(library))).hasSameBinaryContentAs(library);
    }
  }

  @Test
  void whatIsNoProgramIsRefusedByName() throws Exception {
    Path text = Files.writeString(folder.resolve("text"), "hello");
    assertThatThrownBy(() -> LocalImage.of(text))
        .isInstanceOf(PackagingFailure.class)
        .hasMessageContaining(text.toString());
  }

  private static String write(Path archive) throws Exception {
    return LocalImage.of(PROGRAM).write(archive, "zaguan/env", List.of(PROGRAM.toString()));
  }

  private String run(String... command) throws Exception {
    Process process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }
}
