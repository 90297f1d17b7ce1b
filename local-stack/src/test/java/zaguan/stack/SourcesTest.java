package zaguan.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourcesTest {

  private static final Instant BUILT = Instant.parse("2026-01-02T03:04:05Z");
  private static final Instant BEFORE = BUILT.minusSeconds(60);
  private static final Instant AFTER = BUILT.plusSeconds(60);

  private final Path root;
  private final Sources sources;

  SourcesTest(@TempDir Path root) throws IOException {
    this.root = root;
    file("nomad/orders.nomad.hcl", "", BEFORE);
    file("pom.xml", "<module>orders</module>\n<version>1</version>", BEFORE);
    file(
        "orders/pom.xml",
        """
        <parent>
          <groupId>zaguan</groupId>
          <artifactId>service</artifactId>
        </parent>
        <dependency>
          <groupId>zaguan</groupId>
          <artifactId>discovery</artifactId>
        </dependency>
        <dependency>
          <groupId>zaguan</groupId>
          <artifactId>local-stack</artifactId>
          <scope>test</scope>
        </dependency>
        """,
        BEFORE);
    file(
        "service/pom.xml",
        """
        <parent>
          <groupId>zaguan</groupId>
          <artifactId>zaguan</artifactId>
        </parent>
        <dependency>
          <groupId>zaguan</groupId>
          <artifactId>packaging</artifactId>
        </dependency>
        """,
        BEFORE);
    file("local-stack/pom.xml", "", BEFORE);
    file("packaging/pom.xml", "", BEFORE);
    file("discovery/pom.xml", "", BEFORE);
    file("discovery/src/main/java/Catalog.java", "", BEFORE);
    file("orders/src/main/java/Orders.java", "", BEFORE);
    file("orders/target/orders.jar", "", BUILT);
    sources =
        new Sources(
            new Service(
                "orders", root.resolve("orders"), root, root.resolve("nomad/orders.nomad.hcl")));
  }

  @Test
  void whatIsNewerThanItsSourcesIsNotStale() {
    assertThat(sources.isStale(false)).isFalse();
  }

  @Test
  void anImageThatIsMissingMakesItStale() {
    assertThat(sources.isStale(true)).isTrue();
  }

  @Test
  void aSourceThatChangesMakesItStaleUntilItIsBuilt() throws Exception {
    file("orders/src/main/java/Orders.java", "changed", AFTER);
    assertThat(sources.isStale(false)).isTrue();
    sources.built();
    assertThat(sources.isStale(false)).isFalse();
  }

  @Test
  void aChangeOfAModuleOnWhichItDependsMakesItStale() throws Exception {
    file("discovery/src/main/java/Catalog.java", "changed", AFTER);
    assertThat(sources.isStale(false)).isTrue();
  }

  @Test
  void aSourceThatIsDeletedMakesItStale() throws Exception {
    Files.delete(root.resolve("orders/src/main/java/Orders.java"));
    assertThat(sources.isStale(false)).isTrue();
  }

  @Test
  void aChangeOfItsParentMakesItStale() throws Exception {
    file("service/pom.xml", "changed", AFTER);
    assertThat(sources.isStale(false)).isTrue();
  }

  @Test
  void aChangeOfWhatOnlyItsTestsNeedDoesNot() throws Exception {
    file("local-stack/src/main/java/Stack.java", "changed", AFTER);
    assertThat(sources.isStale(false)).isFalse();
  }

  @Test
  void aChangeOfWhatTrainsItMakesItStale() throws Exception {
    file("packaging/src/main/java/Training.java", "changed", AFTER);
    assertThat(sources.isStale(false)).isTrue();
  }

  @Test
  void aNewModuleInTheCheckoutIsNoReasonToBuildTheOthers() throws Exception {
    assertThat(sources.isStale(false)).isFalse();
    file(
        "pom.xml",
        "<module>orders</module>\n<module>payments</module>\n<version>1</version>",
        AFTER);
    assertThat(sources.isStale(false)).isFalse();
    file("pom.xml", "<module>orders</module>\n<version>2</version>", AFTER);
    assertThat(sources.isStale(false)).isTrue();
  }

  private void file(String path, String text, Instant time) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.resolveSibling("."));
    Files.writeString(file, text);
    Files.setLastModifiedTime(file, FileTime.from(time));
    for (Path folder = Path.of(path).getParent(); folder != null; folder = folder.getParent()) {
      Files.setLastModifiedTime(root.resolve(folder), FileTime.from(time));
    }
  }
}
