package zaguan.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModuleCompilerTest {

  private final Path root;
  private final Path output;
  private final ModuleCompiler compiler;

  ModuleCompilerTest(@TempDir Path root) throws IOException {
    this.root = root;
    output = root.resolve("output");
    save("src/main/resources/orders.properties", "of=orders");
    save(
        "src/main/java/orders/Orders.java",
        "package orders; class Orders { int of(int a) { return a; } }");
    Service service = new Service("orders", root.resolve("orders"), root, root.resolve("job"));
    compiler =
        new ModuleCompiler(
            service, new CompilerArguments(List.of(), List.of(), List.of("-parameters")));
  }

  @AfterEach
  void close() throws IOException {
    compiler.close();
  }

  @Test
  void theModuleBecomesClassesAndResources() throws Exception {
    assertThat(compiler.compile(output)).isEmpty();
    assertThat(output.resolve("orders/Orders.class")).exists();
    assertThat(output.resolve("orders.properties")).hasContent("of=orders");
  }

  @Test
  void anErrorIsToldWithItsFileItsLineAndTheLine() throws Exception {
    save("src/main/java/orders/Order.java", "package orders;\n\nclass Order {\n  int id\n}\n");
    assertThat(compiler.compile(output))
        .singleElement()
        .asString()
        .startsWith("orders/src/main/java/orders/Order.java:4: error: ';' expected")
        .contains("int id");
  }

  @Test
  void whatWasWrongCompilesOnceItIsRight() throws Exception {
    save("src/main/java/orders/Order.java", "package orders; class Order { Unknown unknown; }");
    assertThat(compiler.compile(output)).isNotEmpty();
    save("src/main/java/orders/Order.java", "package orders; class Order {}");
    assertThat(compiler.compile(root.resolve("next"))).isEmpty();
    assertThat(root.resolve("next/orders/Order.class")).exists();
  }

  @Test
  void aWarningIsNoError() throws Exception {
    save(
        "src/main/java/orders/Raw.java",
        "package orders; class Raw { java.util.List all = new java.util.ArrayList(); }");
    assertThat(compiler.compile(output)).isEmpty();
  }

  private void save(String path, String text) throws IOException {
    Path file = root.resolve("orders").resolve(path);
    Files.createDirectories(file.resolveSibling("."));
    Files.writeString(file, text);
  }
}
