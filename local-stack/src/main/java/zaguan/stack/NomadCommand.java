package zaguan.stack;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code nomad job run}, as people use it.
 *
 * @param nomad the program
 * @param root of the checkout, where it runs
 * @param environment Nomad's address and the variables of the job files
 */
record NomadCommand(Path nomad, Path root, Map<String, String> environment) {

  private static final Pattern EVALUATION = Pattern.compile("Evaluation ID: (\\S+)");

  /** The job as it would be submitted, if Nomad can read its file. */
  Optional<JsonNode> describe(Submission submission) {
    Program.Result described = run(submission, "-output");
    if (!described.succeeded()) {
      return Optional.empty();
    }
    try {
      return Optional.of(new ObjectMapper().readTree(described.output()).path("Job"));
    } catch (JsonProcessingException e) {
      throw new StackFailure("nomad job run -output did not print JSON for " + submission.job(), e);
    }
  }

  /**
   * Submits the job.
   *
   * @return the ID of the evaluation that Nomad begins
   */
  String submit(Submission submission) {
    Program.Result result = run(submission, "-detach");
    Matcher evaluation = EVALUATION.matcher(result.output());
    if (!result.succeeded() || !evaluation.find()) {
      throw new StackFailure(
          "Nomad did not take the job "
              + submission.job()
              + ", "
              + submission.jobFile()
              + ". It said:\n"
              + result.tail());
    }
    return evaluation.group(1);
  }

  /** A path as people write it who are in the checkout. */
  String shown(Path file) {
    return (file.startsWith(root) ? root.relativize(file) : file).toString();
  }

  private Program.Result run(Submission submission, String how) {
    return Program.run(
        root,
        environment,
        List.of(
            nomad.toString(),
            "job",
            "run",
            how,
            submission.count() == null ? "-preserve-counts" : "-var=count=" + submission.count(),
            submission.jobFile().toString()));
  }
}
