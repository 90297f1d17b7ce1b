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
    Files.createDirectories(root.resolve("greeter"));
    Files.createFile(root.resolve("greeter/pom.xml"));
    Files.createFile(root.resolve("nomad/greeter.nomad.hcl"));
    Service service = new Checkout(root).service("greeter");
    assertThatThrownBy(service::image)
        .isInstanceOf(StackFailure.class)
        .hasMessageContaining("./stack up --driver docker");
  }
}
