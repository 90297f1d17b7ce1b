package zaguan.packaging;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A request of the training, and the status that it must get. As a line of a file: {@code GET
 * /hello/Ada 200}.
 */
record Question(String method, String path, int status) {

  /**
   * All requests of a file, without its comments.
   *
   * @throws TrainingFailure if the file has no request, or a line that is no request
   */
  static List<Question> in(Path file) throws IOException {
    List<Question> questions =
        Files.readAllLines(file).stream()
            .map(String::strip)
            .filter(line -> !line.isEmpty() && !line.startsWith("#"))
            .map(line -> parsed(file, line))
            .toList();
    if (questions.isEmpty()) {
      throw new TrainingFailure(file + " has no requests to train with");
    }
    return questions;
  }

  private static Question parsed(Path file, String line) {
    String[] words = line.split("\\s+", -1);
    if (words.length != 3 || !words[1].startsWith("/") || !words[2].matches("\\d{3}")) {
      throw new TrainingFailure(
          file + ": \"" + line + "\" is not a method, a path and a status, as GET / 200 is");
    }
    return new Question(words[0], words[1], Integer.parseInt(words[2]));
  }

  @Override
  public String toString() {
    return method + " " + path;
  }
}
