package zaguan.packaging;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a file says of a training. A line for each request: {@code GET /hello/Ada 200}, or with a
 * body {@code POST / 200 application/json {"name":"Ada"}}. A line that begins with the name of
 * another service is what that service answers meanwhile: {@code greeter: GET /hello/Ada 200
 * application/json {"greeting":"Hello"}}.
 *
 * @param questions what the service is asked, in this order
 * @param answers what the services that it calls answer
 */
record Script(List<Question> questions, List<Answer> answers) {

  private static final Pattern LINE =
      Pattern.compile(
          "(?:(?<service>[a-z][a-z0-9-]*):\\s+)?(?<method>[A-Z]+)\\s+(?<path>/\\S*)\\s+"
              + "(?<status>[1-5]\\d{2})(?:\\s+(?<type>[^\\s/]+/\\S+)\\s+(?<body>\\S.*))?");

  Script {
    questions = List.copyOf(questions);
    answers = List.copyOf(answers);
  }

  /**
   * All lines of a file but its comments.
   *
   * @throws TrainingFailure if a line is neither, or no line is a request
   */
  static Script in(Path file) throws IOException {
    List<Question> questions = new ArrayList<>();
    List<Answer> answers = new ArrayList<>();
    if (!Files.exists(file)) {
      throw new TrainingFailure(
          file
              + " is missing: it says what the service is asked in its training, such as GET /"
              + " 200");
    }
    for (String each : Files.readAllLines(file)) {
      String line = each.strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      Matcher parts = LINE.matcher(line);
      if (!parts.matches()) {
        throw new TrainingFailure(
            file
                + ": \""
                + line
                + "\" is not a method, a path and a status, as GET / 200 is; a body follows with"
                + " its type, as in POST / 200 application/json {\"name\":\"Ada\"}");
      }
      String method = parts.group("method");
      String path = parts.group("path");
      int status = Integer.parseInt(parts.group("status"));
      Content content = content(parts);
      String service = parts.group("service");
      if (service == null) {
        questions.add(new Question(method, path, status, content));
      } else {
        answers.add(new Answer(service, method, path, status, content));
      }
    }
    if (questions.isEmpty()) {
      throw new TrainingFailure(file + " has no requests to train with");
    }
    return new Script(questions, answers);
  }

  private static @Nullable Content content(Matcher parts) {
    String type = parts.group("type");
    String body = parts.group("body");
    return type == null || body == null ? null : new Content(type, body);
  }
}
