package zaguan.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NomadCommandTest {

  @TempDir private Path root;

  @BeforeEach
  void checkout() throws IOException {
    Files.createDirectories(root.resolve("nomad"));
  }

  @Test
  void aJobIsSubmittedWithItsCountAndTheEvaluationIsRead() throws Exception {
    NomadCommand command =
        nomad("echo $* > arguments; echo '==> Evaluation ID: 5bf4-11'; echo done");
    assertThat(command.submit(greeter(3))).isEqualTo("5bf4-11");
    assertThat(root.resolve("arguments"))
        .hasContent("job run -detach -var=count=3 " + root.resolve("nomad/greeter.nomad.hcl"));
  }

  @Test
  void withoutACountNomadKeepsWhatItHas() throws Exception {
    nomad("echo $* > arguments; echo 'Evaluation ID: 1'").submit(greeter(null));
    assertThat(root.resolve("arguments"))
        .hasContent("job run -detach -preserve-counts " + root.resolve("nomad/greeter.nomad.hcl"));
  }

  @Test
  void whatNomadRefusesIsSaidInItsWords() throws Exception {
    NomadCommand command = nomad("echo 'Missing required variable: driver'; exit 1");
    assertThatThrownBy(() -> command.submit(greeter(3)))
        .isInstanceOf(StackFailure.class)
        .hasMessage(
            "Nomad did not take the job greeter, "
                + root.resolve("nomad/greeter.nomad.hcl")
                + ". It said:\nMissing required variable: driver");
    assertThat(command.describe(greeter(3))).isEmpty();
  }

  @Test
  void aDescriptionIsTheJobAsItWouldBeSubmitted() throws Exception {
    NomadCommand command = nomad("echo '{\"Job\": {\"ID\": \"greeter\"}}'");
    assertThat(command.describe(greeter(3)).orElseThrow().path("ID").asText()).isEqualTo("greeter");
  }

  private Submission greeter(@Nullable Integer count) {
    return new Submission("greeter", root.resolve("nomad/greeter.nomad.hcl"), count);
  }

  /** A program that stands for Nomad's; it runs in the checkout. */
  private NomadCommand nomad(String script) throws IOException {
    Path program = root.resolve("nomad-program");
    Files.writeString(program, "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    return new NomadCommand(program, root, Map.of());
  }
}
