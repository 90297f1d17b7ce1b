package zaguan.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LibrariesTest {

  private final Path root;
  private final Path own;

  LibrariesTest(@TempDir Path root) throws IOException {
    this.root = root;
    own = root.resolve("classes");
    Files.createDirectories(own.resolve("META-INF/services"));
    Files.createDirectories(own.resolve("orders"));
    Files.writeString(own.resolve("orders/Orders.class"), "own");
    Files.writeString(own.resolve("META-INF/services/java.lang.Runnable"), "orders.Orders\n");
  }

  @Test
  void theServicesOwnClassesAreTakenOut() throws Exception {
    Libraries libraries = Libraries.of(jar("first"), own, root.resolve("dev"));
    assertThat(libraries.mainClass()).isEqualTo("orders.Orders");
    try (JarFile jar = new JarFile(libraries.jar().toFile())) {
      assertThat(jar.getEntry("orders/Orders.class")).isNull();
      assertThat(jar.getEntry("library/Library.class")).isNotNull();
      // The file has lines of the libraries, too.
      assertThat(text(jar, "META-INF/services/java.lang.Runnable")).isEqualTo("library.Library");
    }
  }

  @Test
  void anotherVersionOfTheServiceHasTheSameLibraries() throws Exception {
    Libraries first = Libraries.of(jar("first"), own, root.resolve("dev"));
    assertThat(Libraries.of(jar("second"), own, root.resolve("dev"))).isEqualTo(first);
  }

  @Test
  void aJvmUsesNoArchiveBeforeThereIsOne() throws Exception {
    Libraries libraries = Libraries.of(jar("first"), own, root.resolve("dev"));
    assertThat(libraries.areArchived()).isFalse();
    assertThat(libraries.flags()).isEmpty();
    Files.writeString(libraries.folder().resolve("classes.jsa"), "");
    assertThat(libraries.flags())
        .isEqualTo(List.of("-XX:SharedArchiveFile=" + libraries.folder().resolve("classes.jsa")));
  }

  private Path jar(String ownContent) throws IOException {
    Path jar = root.resolve("orders.jar");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      entry(out, "META-INF/MANIFEST.MF", "Manifest-Version: 1.0\nMain-Class: orders.Orders\n");
      entry(out, "orders/Orders.class", ownContent);
      entry(out, "library/Library.class", "library");
      entry(out, "META-INF/services/java.lang.Runnable", "library.Library\norders.Orders\n");
    }
    return jar;
  }

  private static void entry(JarOutputStream out, String name, String text) throws IOException {
    out.putNextEntry(new JarEntry(name));
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.closeEntry();
  }

  private static String text(JarFile jar, String name) throws IOException {
    return new String(
        jar.getInputStream(jar.getEntry(name)).readAllBytes(), StandardCharsets.UTF_8);
  }
}
