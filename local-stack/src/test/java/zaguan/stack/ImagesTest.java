package zaguan.stack;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImagesTest {

  @TempDir private Path root;

  @Test
  void anImageThatIsNotBuiltIsSaidWithTheCommandThatBuildsIt() throws Exception {
    Files.createDirectories(root.resolve("nomad"));
    Files.createFile(root.resolve("nomad/greeter.nomad.hcl"));
    assertThatThrownBy(() -> new Checkout(root).image("greeter"))
        .isInstanceOf(StackFailure.class)
        .hasMessageContaining("./stack up --driver docker");
  }
}
