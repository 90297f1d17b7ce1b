package zaguan.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScriptTest {

  @TempDir private Path folder;

  @Test
  void eachLineIsAQuestionButForComments() throws Exception {
    assertThat(Script.in(file("# All.\n\nGET  / 200\nPOST /a 404\n")).questions())
        .containsExactly(new Question("GET", "/", 200), new Question("POST", "/a", 404));
  }

  @Test
  void aBodyFollowsWithItsTypeAndIsSentAsItStands() throws Exception {
    assertThat(Script.in(file("POST / 201  application/json {\"a\":  \"b c\"} \n")).questions())
        .containsExactly(
            new Question("POST", "/", 201, new Content("application/json", "{\"a\":  \"b c\"}")));
  }

  @Test
  void aLineThatNamesAServiceIsWhatThatServiceAnswers() throws Exception {
    Script script =
        Script.in(file("GET / 200\ngreeter: GET /hello/Ada?a=b 200 text/plain Hello: Ada\n"));
    assertThat(script.questions()).containsExactly(new Question("GET", "/", 200));
    assertThat(script.answers())
        .containsExactly(
            new Answer(
                "greeter", "GET", "/hello/Ada?a=b", 200, new Content("text/plain", "Hello: Ada")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET hello 200",
        "GET /hello",
        "GET /hello two",
        "GET /hello 99",
        "POST / 200 application/json",
        "POST / 200 {\"a\":1}",
        "greeter GET / 200"
      })
  void aLineThatIsNeitherIsShown(String line) throws Exception {
    Path file = file(line + "\n");
    assertThatThrownBy(() -> Script.in(file))
        .isInstanceOf(TrainingFailure.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("\"" + line + "\"");
  }

  @Test
  void aFileWithoutAQuestionIsRefused() throws Exception {
    Path file = file("greeter: GET / 200\n");
    assertThatThrownBy(() -> Script.in(file))
        .isInstanceOf(TrainingFailure.class)
        .hasMessage(file + " has no requests to train with");
  }

  @Test
  void aFileThatIsMissingIsNamed() {
    Path file = folder.resolve("none");
    assertThatThrownBy(() -> Script.in(file))
        .isInstanceOf(TrainingFailure.class)
        .hasMessageStartingWith(file + " is missing");
  }

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("requests"), text);
  }
}
