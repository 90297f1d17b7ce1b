package zaguan.stack;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
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

  /** How many instances of it are to run. */
  record TaskGroup(String name, int count) {}

  List<TaskGroup> groups() {
    return taskGroups == null ? List.of() : taskGroups;
  }

  /** How many instances are to run; none while it sleeps. */
  int count() {
    return groups().stream().mapToInt(TaskGroup::count).sum();
  }
}
