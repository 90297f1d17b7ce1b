package zaguan.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuestionTest {

  @TempDir private Path folder;

  @Test
  void eachLineIsAQuestionButForComments() throws Exception {
    Path file =
        Files.writeString(folder.resolve("requests"), "# All.\n\nGET  / 200\nPOST /a 404\n");
    assertThat(Question.in(file))
        .containsExactly(new Question("GET", "/", 200), new Question("POST", "/a", 404));
  }

  @Test
  void aLineThatIsNoneIsShown() throws Exception {
    Path file = Files.writeString(folder.resolve("requests"), "GET hello 200\n");
    assertThatThrownBy(() -> Question.in(file))
        .isInstanceOf(TrainingFailure.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("\"GET hello 200\"");
  }
}
