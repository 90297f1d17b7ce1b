package zaguan.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code ./stack new} writes, in a copy of those files of the checkout that it reads. */
class NewServiceTest {

  private static final Path CHECKOUT = Path.of("..").toAbsolutePath().normalize();

  private final Path root;
  private final NewService services;

  NewServiceTest(@TempDir Path folder) throws Exception {
    root = folder.resolve("checkout");
    for (String part : List.of("pom.xml", "mvnw", ".mvn", "nomad", "greeter/src")) {
      copy(part);
    }
    services = new NewService(new Checkout(root));
  }

  @Test
  void aModuleHasItsNameThroughoutAndOfTheGreeterOnlyItsClient() throws Exception {
    services.module(new ServiceName("order-items"));
    Path module = root.resolve("order-items");
    assertThat(module.resolve("src/main/java/zaguan/orderitems/Application.java"))
        .content()
        .contains("package zaguan.orderitems;");
    assertThat(module.resolve("src/main/java/zaguan/orderitems/OrderItemsController.java"))
        .content()
        .contains("class OrderItemsController {");
    assertThat(module.resolve("src/main/java/zaguan/orderitems/InstanceHeader.java"))
        .content()
        .contains("${order-items.instance}");
    assertThat(module.resolve("src/test/java/zaguan/orderitems/OrderItemsTest.java"))
        .content()
        .contains("class OrderItemsTest {");
    assertThat(module.resolve("src/main/resources/application.properties"))
        .content()
        .contains("micronaut.application.name=order-items\n", "${ORDER_ITEMS_PORT:-1}");
    for (Path file : files(root.resolve("order-items"))) {
      assertThat(file).content().doesNotContainIgnoringCase("yourservice", "your_service");
      assertThat(file).content().doesNotContain("zaguan.greeter", "GREETER", "greeter.instance");
      assertThat(file.getFileName().toString())
          .matches(name -> !name.contains("Greeter") || name.equals("Greeter.java"));
    }
  }

  @Test
  void theJobIsTheGreetersUnderTheNewNameWithOneInstance() throws Exception {
    services.module(new ServiceName("order-items"));
    String job = Files.readString(root.resolve("nomad/order-items.nomad.hcl"));
    assertThat(job)
        .startsWith("# The service order-items.\n")
        .contains("job \"order-items\" {", "variable \"order_items_jar\"", "default     = 1\n")
        .doesNotContain("greeter");
    assertThat(job.lines().count())
        .isEqualTo(Files.readString(root.resolve("nomad/greeter.nomad.hcl")).lines().count());
  }

  @Test
  void aNameMayHaveTheGreetersInIt() throws Exception {
    services.module(new ServiceName("greeter-eu"));
    assertThat(root.resolve("greeter-eu/src/main/java/zaguan/greetereu/Application.java"))
        .content()
        .contains("package zaguan.greetereu;")
        .doesNotContain("eueu");
    assertThat(root.resolve("nomad/greeter-eu.nomad.hcl"))
        .content()
        .contains("job \"greeter-eu\" {", "variable \"greeter_eu_jar\"")
        .doesNotContain("eu-eu", "eu_eu");
  }

  @Test
  void theCheckoutKnowsTheModuleAndItsPomKeepsItsTimeSoThatNoOtherModuleIsStale() throws Exception {
    Path pom = root.resolve("pom.xml");
    FileTime before = FileTime.from(Instant.parse("2026-01-02T03:04:05Z"));
    Files.setLastModifiedTime(pom, before);
    services.module(new ServiceName("orders"));
    assertThat(new CheckoutPom(pom).modules()).contains("greeter", "service", "orders");
    assertThat(Files.getLastModifiedTime(pom)).isEqualTo(before);
    assertThat(root.resolve("orders/pom.xml"))
        .content()
        .contains(
            "<version>" + new CheckoutPom(pom).version() + "</version>",
            "<relativePath>../service/pom.xml</relativePath>",
            "<main.class>zaguan.orders.Application</main.class>")
        .doesNotContain("<groupId>orders", "ZAGUAN_VERSION");
    assertThat(new Checkout(root).services()).extracting(Service::name).contains("orders");
  }

  @ParameterizedTest
  @ValueSource(strings = {"greeter", "exam", "simulation", "service", "orders", "taken"})
  void aNameThatIsTakenIsRefusedAndNothingIsChanged(String name) throws Exception {
    services.module(new ServiceName("taken"));
    Files.createDirectories(root.resolve("orders"));
    List<Path> before = files(root);
    String pom = Files.readString(root.resolve("pom.xml"));
    assertThatThrownBy(() -> services.module(new ServiceName(name)))
        .isInstanceOf(StackFailure.class)
        .hasMessageContaining(name)
        .hasMessageContaining("already");
    assertThat(files(root)).isEqualTo(before);
    assertThat(root.resolve("pom.xml")).hasContent(pom);
  }

  @Test
  void aProjectByItselfBuildsItselfAndNamesNothingOfTheCheckout() throws Exception {
    Path folder = root.resolveSibling("tea-orders");
    services.project(folder, new ServiceName("tea-orders"));
    assertThat(folder.resolve("mvnw")).isExecutable();
    assertThat(folder.resolve(".mvn/wrapper/maven-wrapper.properties")).exists();
    assertThat(folder.resolve(".gitignore")).hasContent("target/\n");
    assertThat(folder.resolve("tea-orders.nomad.hcl")).content().contains("job \"tea-orders\" {");
    assertThat(folder.resolve("src/main/java/teaorders/TeaOrdersController.java")).exists();
    assertThat(folder.resolve("pom.xml"))
        .content()
        .contains(
            "<relativePath/>",
            "<groupId>teaorders</groupId>",
            "<main.class>teaorders.Application</main.class>");
    for (Path file : files(folder)) {
      assertThat(file).content().doesNotContain(root.toString(), "zaguan.teaorders");
    }
    assertThat(files(root)).noneMatch(file -> file.toString().contains("tea"));
  }

  @Test
  void aProjectGoesIntoAnEmptyCloneAndOverNothing() throws Exception {
    Path folder = root.resolveSibling("tea");
    Files.createDirectories(folder.resolve(".git"));
    services.project(folder, new ServiceName("tea"));
    assertThat(folder.resolve("pom.xml")).exists();
    assertThatThrownBy(() -> services.project(folder, new ServiceName("tea")))
        .isInstanceOf(StackFailure.class)
        .hasMessageContaining(folder + " exists already");
  }

  @Test
  void aProjectInsideTheCheckoutIsRefusedWithTheCommandForAModule() {
    assertThatThrownBy(() -> services.project(root.resolve("tea"), new ServiceName("tea")))
        .isInstanceOf(StackFailure.class)
        .hasMessageContaining("./stack new tea");
    assertThat(root.resolve("tea")).doesNotExist();
  }

  private void copy(String part) throws IOException {
    for (Path file : files(CHECKOUT.resolve(part))) {
      Path copy = root.resolve(CHECKOUT.relativize(file));
      Files.createDirectories(copy.resolveSibling("."));
      Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES);
    }
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile).sorted().toList();
    }
  }
}
