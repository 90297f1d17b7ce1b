package zaguan.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JobNameTest {

  private final FakeAgent agent =
      new FakeAgent().says("/v1/jobs", "[{\"ID\": \"orders\"}, {\"ID\": \"nightly/one\"}]");
  private final Nomad nomad = new Nomad(agent.address());
  private final Checkout checkout;

  JobNameTest(@TempDir Path root) throws Exception {
    Files.createDirectories(root.resolve("nomad"));
    Files.writeString(root.resolve("nomad/greeter.nomad.hcl"), "");
    Files.createDirectories(root.resolve("greeter"));
    Files.writeString(root.resolve("greeter/pom.xml"), "");
    checkout = new Checkout(root);
  }

  @AfterEach
  void close() {
    agent.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"orders", "../orders", "../orders/", "/somewhere/orders"})
  void aJobIsNamedByItsNameOrByTheFolderOfItsService(String name) {
    assertThat(JobName.of(name, nomad, checkout)).isEqualTo("orders");
  }

  @Test
  void aNameWithASlashMayBeAJobsOwn() {
    assertThat(JobName.of("nightly/one", nomad, checkout)).isEqualTo("nightly/one");
  }

  @Test
  void aJobThatIsNotThereIsAnsweredWithThoseThatAre() {
    assertThatThrownBy(() -> JobName.of("order", nomad, checkout))
        .isInstanceOf(StackFailure.class)
        .hasMessage("Nomad has no job order. It has: nightly/one, orders.");
  }

  @Test
  void aJobThatHasAFileOnlyIsSaidWithHowToRunIt() {
    assertThatThrownBy(() -> JobName.of("greeter", nomad, checkout))
        .hasMessageEndingWith("There is a job file; run it: ./stack run greeter");
  }

  @Test
  void theFolderOfAProjectMeansTheJobOfItsFile(@TempDir Path project) throws Exception {
    Files.writeString(project.resolve("pom.xml"), "");
    Files.writeString(project.resolve("orders.nomad.hcl"), "");
    assertThat(JobName.of(project.toString(), nomad, checkout)).isEqualTo("orders");
  }

  @Test
  void thatNomadDoesNotAnswerIsNotThatAJobIsMissing() {
    agent.close();
    assertThatThrownBy(() -> JobName.of("orders", nomad, checkout))
        .hasMessageStartingWith("Nomad does not answer at " + agent.address());
  }
}
