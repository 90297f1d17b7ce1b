package zaguan.stack;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code nomad job run}, as people use it.
 *
 * @param nomad the program
 * @param environment Nomad's address and the variables of the job files
 */
record NomadCommand(Path nomad, Checkout checkout, Map<String, String> environment) {

  private static final Pattern EVALUATION = Pattern.compile("Evaluation ID: (\\S+)");

  /** The job as it would be submitted, if Nomad can read its file. */
  Optional<JsonNode> describe(String job, int count) {
    Program.Result described = run(job, count, "-output");
    if (!described.succeeded()) {
      return Optional.empty();
    }
    try {
      return Optional.of(new ObjectMapper().readTree(described.output()).path("Job"));
    } catch (JsonProcessingException e) {
      throw new StackFailure("nomad job run -output did not print JSON for " + job, e);
    }
  }

  /**
   * Submits the job.
   *
   * @return the ID of the evaluation that Nomad begins
   */
  String submit(String job, int count) {
    Program.Result result = run(job, count, "-detach");
    Matcher evaluation = EVALUATION.matcher(result.output());
    if (!result.succeeded() || !evaluation.find()) {
      throw new StackFailure("Nomad did not take the job " + job + ". It said:\n" + result.tail());
    }
    return evaluation.group(1);
  }

  private Program.Result run(String job, int count, String how) {
    List<String> command = new ArrayList<>(List.of(nomad.toString(), "job", "run", how));
    if (!job.equals("haproxy")) {
      command.add("-var=count=" + count);
    }
    command.add(checkout.jobFile(job).toString());
    return Program.run(checkout.root(), environment, command);
  }
}
