package zaguan.stack;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Nomad's HTTP API, so far as jobs need it. An agent that does not answer knows of nothing.
 *
 * @param address of an agent
 */
record Nomad(URI address) {

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.UPPER_CAMEL_CASE)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  Optional<Job> job(String name) {
    return object(Http.get(jobUri(name)), Job.class);
  }

  /** All that Nomad has of a job. */
  JsonNode describe(String job) {
    return Http.get(jobUri(job));
  }

  List<Evaluation> evaluations(String job) {
    return list(Http.get(jobUri(job + "/evaluations")), Evaluation[].class);
  }

  /** The jobs that people name: of the namespace default. Empty if Nomad does not answer. */
  Optional<List<String>> jobNames() {
    JsonNode answer = Http.get(address.resolve("/v1/jobs"));
    return answer.isArray()
        ? Optional.of(answer.valueStream().map(job -> job.path("ID").asText()).sorted().toList())
        : Optional.empty();
  }

  /** The tags that the job's services have at Consul. */
  List<String> tags(String job) {
    List<String> tags = new ArrayList<>();
    for (JsonNode of : Http.get(jobUri(job)).findValues("Tags")) {
      of.forEach(tag -> tags.add(tag.asText()));
    }
    return tags;
  }

  /** The jobs of all namespaces. */
  List<Job> jobs() {
    return list(Http.get(address.resolve("/v1/jobs?namespace=*")), Job[].class);
  }

  /** What would change if the job were submitted; none if Nomad cannot tell. */
  Optional<JobDiff> plan(String name, JsonNode job) {
    ObjectNode plan = JsonNodeFactory.instance.objectNode().put("Diff", true);
    plan.set("Job", job);
    return object(Http.post(jobUri(name + "/plan"), plan).path("Diff"), JobDiff.class);
  }

  /**
   * Submits a job.
   *
   * @return the ID of the evaluation that Nomad begins
   */
  String submit(JsonNode job) {
    ObjectNode submission = JsonNodeFactory.instance.objectNode();
    submission.set("Job", job);
    return Http.require(address.resolve("/v1/jobs"), submission).path("EvalID").asText();
  }

  void stop(Job job) {
    // No gateway is left to hear of it: no need to wait between leaving Consul and the signal.
    Http.delete(jobUri(job.id() + "?no_shutdown_delay=true&namespace=" + job.namespace()));
  }

  Optional<Evaluation> evaluation(String id) {
    return object(Http.get(address.resolve("/v1/evaluation/" + id)), Evaluation.class);
  }

  List<Deployment> deployments(String job) {
    return list(Http.get(jobUri(job + "/deployments")), Deployment[].class);
  }

  List<Allocation> allocations(String job) {
    return list(Http.get(jobUri(job + "/allocations")), Allocation[].class);
  }

  /** The allocations of a job; empty if Nomad does not answer. */
  Optional<List<Allocation>> allocationsIfItAnswers(String job) {
    JsonNode answer = Http.get(jobUri(job + "/allocations"));
    return answer.isArray() ? Optional.of(list(answer, Allocation[].class)) : Optional.empty();
  }

  /** The allocations of all namespaces; empty if Nomad does not answer. */
  Optional<List<Allocation>> allocations() {
    JsonNode answer = Http.get(address.resolve("/v1/allocations?namespace=*"));
    return answer.isMissingNode()
        ? Optional.empty()
        : Optional.of(list(answer, Allocation[].class));
  }

  private URI jobUri(String job) {
    return address.resolve("/v1/job/" + job);
  }

  private static <T> Optional<T> object(JsonNode answer, Class<T> type) {
    return answer.isObject() ? Optional.of(read(answer, type)) : Optional.empty();
  }

  private static <T> List<T> list(JsonNode answer, Class<T[]> type) {
    return answer.isArray() ? List.of(read(answer, type)) : List.of();
  }

  /** What Nomad says, as a record. */
  static <T> T read(JsonNode answer, Class<T> type) {
    try {
      return JSON.treeToValue(answer, type);
    } catch (JsonProcessingException e) {
      throw new StackFailure("Nomad's answer cannot be read: " + e.getMessage(), e);
    }
  }
}
