package zaguan.stack;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What submitting a job would change, as Nomad plans it: a tree of parts.
 *
 * @param type None where a part stays as it is
 * @param fields those of the part itself that change
 * @see <a href="https://developer.hashicorp.com/nomad/api-docs/jobs#create-job-plan">Nomad's
 *     plan</a>
 */
record JobDiff(
    @Nullable String type,
    @Nullable String name,
    @Nullable List<JsonNode> fields,
    @Nullable List<JobDiff> objects,
    @Nullable List<JobDiff> taskGroups,
    @Nullable List<JobDiff> tasks) {

  /**
   * Whether the job would change. A {@code scaling} block alone does not change it: Nomad gives the
   * block an ID, and then takes the ID for a change.
   */
  boolean changesTheJob() {
    boolean changed = !"None".equals(type);
    if (changed && fields != null && !fields.isEmpty()) {
      return true;
    }
    List<JobDiff> parts =
        Stream.of(objects, taskGroups, tasks)
            .filter(Objects::nonNull)
            .flatMap(List::stream)
            .toList();
    return parts.isEmpty()
        ? changed && !"Scaling".equals(name)
        : parts.stream().anyMatch(JobDiff::changesTheJob);
  }
}
