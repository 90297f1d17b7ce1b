package zaguan.stack;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A job that Nomad has.
 *
 * @param taskGroups null in a list of jobs
 * @see <a href="https://developer.hashicorp.com/nomad/api-docs/jobs">Nomad's jobs</a>
 */
record Job(
    @JsonProperty("ID") String id,
    String namespace,
    int version,
    @Nullable List<TaskGroup> taskGroups) {

  /**
   * A part of it.
   *
   * @param count how many instances of it are to run
   */
  record TaskGroup(String name, int count, @Nullable Map<String, String> meta) {

    /** How many instances there are to be again after the service was edited. */
    int wanted() {
      String before = meta == null ? null : meta.get(DevJob.COUNT_BEFORE);
      return before == null ? count : Integer.parseInt(before);
    }

    boolean isEdited() {
      return meta != null && meta.containsKey(DevJob.COUNT_BEFORE);
    }
  }

  List<TaskGroup> groups() {
    return taskGroups == null ? List.of() : taskGroups;
  }

  /** How many instances are to run; none while it sleeps. */
  int count() {
    return groups().stream().mapToInt(TaskGroup::count).sum();
  }

  /** Whether it is as {@code ./stack dev} runs it. */
  boolean isEdited() {
    return groups().stream().anyMatch(TaskGroup::isEdited);
  }
}
