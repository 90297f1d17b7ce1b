package zaguan.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AppsTest {

  private final Path root;
  private final Path jar;
  private final Apps apps;

  AppsTest(@TempDir Path root) throws Exception {
    this.root = root;
    for (String name : new String[] {"greeter", "api-gateway"}) {
      Files.createDirectories(root.resolve("nomad"));
      Files.writeString(root.resolve("nomad/" + name + ".nomad.hcl"), "");
      Files.createDirectories(root.resolve(name + "/target"));
      Files.writeString(root.resolve(name + "/pom.xml"), "");
      Files.writeString(root.resolve(name + "/target/" + name + ".jar"), "first");
    }
    // Has a job and is no module.
    Files.writeString(root.resolve("nomad/haproxy.nomad.hcl"), "");
    jar = root.resolve("greeter/target/greeter.jar");
    apps = new Apps(root.resolve("apps"));
  }

  @Test
  void ofEachModuleWithAJobAFileSaysWhereInTheFolderItsJarIs() {
    publish();
    assertThat(root.resolve("apps/greeter.jar.path"))
        .content()
        .matches("greeter-[0-9a-f]{12}/greeter\\.jar");
    assertThat(root.resolve("apps/api-gateway.jar.path")).exists();
    assertThat(root.resolve("apps/haproxy.jar.path")).doesNotExist();
  }

  @Test
  void anotherContentIsAnotherFileAndTheFirstStays() throws Exception {
    publish();
    Path first = published();
    publish();
    assertThat(published()).isEqualTo(first);

    Files.writeString(jar, "second");
    publish();
    assertThat(published()).isNotEqualTo(first).hasContent("second");
    assertThat(first).hasContent("first");
  }

  @Test
  void theCacheLiesBesideAJarOfTheSameNameAndTime() throws Exception {
    Files.writeString(root.resolve("greeter/target/greeter.aot"), "cache");
    FileTime built = FileTime.from(Instant.parse("2026-01-02T03:04:05Z"));
    Files.setLastModifiedTime(jar, built);
    publish();
    assertThat(published()).hasFileName("greeter.jar");
    assertThat(Files.getLastModifiedTime(published())).isEqualTo(built);
    assertThat(published().resolveSibling("greeter.aot")).hasContent("cache");

    Files.setLastModifiedTime(jar, FileTime.from(Instant.parse("2026-01-02T03:04:06Z")));
    Path first = published();
    publish();
    assertThat(published()).isNotEqualTo(first);
  }

  @Test
  void whatWasInterruptedIsDoneAnew() throws Exception {
    publish();
    Path folder = published().resolveSibling("").normalize();
    Files.move(folder, folder.resolveSibling(folder.getFileName() + ".unfinished"));
    publish();
    assertThat(published()).hasContent("first");
  }

  @Test
  void aJarThatIsNotBuiltIsSaidWithTheCommandThatBuildsIt() throws Exception {
    Files.delete(jar);
    assertThatThrownBy(this::publish)
        .isInstanceOf(StackFailure.class)
        .hasMessageContaining(root.resolve("greeter").toString())
        .hasMessageContaining("./mvnw -DskipTests package -pl greeter -am");
  }

  private void publish() {
    new Checkout(root).services().forEach(apps::publish);
  }

  private Path published() throws IOException {
    return root.resolve("apps").resolve(Files.readString(root.resolve("apps/greeter.jar.path")));
  }
}
