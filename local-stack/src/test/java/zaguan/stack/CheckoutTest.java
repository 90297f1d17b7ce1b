package zaguan.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckoutTest {

  private final Path root;
  private final Path elsewhere;
  private final Checkout checkout;

  CheckoutTest(@TempDir Path root, @TempDir Path elsewhere) throws IOException {
    this.root = root;
    this.elsewhere = elsewhere;
    file(root.resolve("nomad/greeter.nomad.hcl"));
    file(root.resolve("nomad/orders.nomad.hcl"));
    file(root.resolve("nomad/haproxy.nomad.hcl"));
    file(root.resolve("nomad/examples/exam.nomad.hcl"));
    file(root.resolve("greeter/pom.xml"));
    file(root.resolve("orders/pom.xml"));
    checkout = new Checkout(root);
  }

  @Test
  void aModuleWithAJobFileIsAService() {
    assertThat(checkout.services()).extracting(Service::name).containsExactly("greeter", "orders");
  }

  @Test
  void aServiceIsNamedByItsModuleOrByTheFolderOfItsModule() {
    Service orders = checkout.service("orders");
    assertThat(orders)
        .isEqualTo(
            new Service(
                "orders", root.resolve("orders"), root, root.resolve("nomad/orders.nomad.hcl")));
    assertThat(checkout.service(root.resolve("orders") + "/")).isEqualTo(orders);
    assertThat(orders.isModule()).isTrue();
  }

  @Test
  void aProjectByItselfIsNamedByItsFolderAndCalledAsItsJobFile() throws Exception {
    file(elsewhere.resolve("pom.xml"));
    Path jobFile = file(elsewhere.resolve("nomad/payments.nomad.hcl"));
    Service payments = checkout.service(elsewhere.toString());
    assertThat(payments).isEqualTo(new Service("payments", elsewhere, elsewhere, jobFile));
    assertThat(payments.isModule()).isFalse();
  }

  @Test
  void theJobFileOfAProjectMayLieAtItsTop() throws Exception {
    file(elsewhere.resolve("pom.xml"));
    Path jobFile = file(elsewhere.resolve("payments.nomad.hcl"));
    assertThat(checkout.service(elsewhere.toString()).jobFile()).isEqualTo(jobFile);
  }

  @Test
  void aProjectWithoutAJobFileIsRefused() throws Exception {
    file(elsewhere.resolve("pom.xml"));
    assertThatThrownBy(() -> checkout.service(elsewhere.toString()))
        .isInstanceOf(StackFailure.class)
        .hasMessageContaining("must have one job file");
  }

  @Test
  void anUnknownNameIsAnsweredWithThoseThereAre() {
    assertThatThrownBy(() -> checkout.service("haproxy"))
        .isInstanceOf(StackFailure.class)
        .hasMessageStartingWith(
            "haproxy is no service. The services of this checkout are greeter, orders.");
  }

  private static Path file(Path path) throws IOException {
    Files.createDirectories(path.resolveSibling("."));
    return Files.writeString(path, "");
  }
}
