package zaguan.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class MainTest {

  private final StringWriter errors = new StringWriter();

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"0", "101", "-1"})
  void aNumberOutOfBoundsIsRefusedWithItsBounds(String greeters) {
    assertThat(execute("up", "--greeters", greeters)).isEqualTo(1);
    assertThat(errors.toString()).contains("--greeters " + greeters + ": must be from 1 to 100");
  }

  @Test
  void anUnknownDriverIsAnsweredWithThoseThereAre() {
    assertThat(execute("up", "--driver", "podman")).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(errors.toString()).contains("raw_exec");
  }

  @Test
  void aFailureIsASentenceAndNoStackTrace() {
    assertThat(execute("env")).isEqualTo(1);
    assertThat(errors.toString())
        .startsWith("stack: no stack is up in")
        .doesNotContain("at zaguan");
  }

  @Test
  void aCommandThatDoesNotExistIsAnsweredWithThoseThatDoALineEach() {
    assertThat(execute("nonsense")).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(errors.toString())
        .startsWith("stack: there is no command nonsense.\n")
        .doesNotContain("index")
        .containsPattern("(?m)^ +up +\\S.*$")
        .containsPattern("(?m)^ +why +\\S.*$")
        .containsPattern("(?m)^ +jdk +\\S.*$");
    assertThat(errors.toString().lines().filter(line -> line.startsWith("  ")))
        .hasSize(new Main().commandLine().getSubcommands().size());
  }

  @ParameterizedTest
  @CsvSource({
    "upp, there is no command upp. Did you mean up?",
    "up --greters 3, ./stack up has no option --greters. Did you mean --greeters?",
    "up now, ./stack up takes no such argument: now",
    "up --greeters, --greeters needs a value: N",
    "why, ./stack why needs NAME: A job",
    "logs -f, ./stack logs needs NAME: A job",
    "logs greeter --lines -1, --lines -1: must be 0 or more",
  })
  void aMistakeIsSaidInTheWordsOfTheUser(String line, String sentence) {
    execute(line.split(" ", -1));
    assertThat(errors.toString()).startsWith("stack: " + sentence).doesNotContain("index");
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain", "with space", "it's", "$(rm -rf /)", "a\"b", "", "a\\b", "é"})
  void aShellReadsAQuotedValueAsItWas(String value) {
    Program.Result result =
        Program.run(
            null, Map.of(), List.of("/bin/sh", "-c", "printf '%s\\n' " + Main.quoted(value)));
    assertThat(result.output()).isEqualTo(value + "\n");
  }

  private int execute(String... arguments) {
    // As the script does: its arguments come first.
    List<String> all = new ArrayList<>(List.of("--checkout", "..", "--state", folder.toString()));
    all.addAll(List.of(arguments));
    return new Main()
        .commandLine()
        .setErr(new PrintWriter(errors, true))
        .execute(all.toArray(String[]::new));
  }
}
