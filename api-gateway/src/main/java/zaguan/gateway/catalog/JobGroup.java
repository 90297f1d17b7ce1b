package zaguan.gateway.catalog;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The group of a Nomad job to which a service's instances belong, as their meta says: {@code
 * nomad-job}, and {@code nomad-group} if the group has another name than the job.
 */
public record JobGroup(String job, String group) {

  private static final String JOB = "nomad-job";
  private static final String GROUP = "nomad-group";

  /** The longest value that Consul allows in a service's meta. */
  private static final int LONGEST = 512;

  /** Whether the meta says a job, even if what it says is no valid name. */
  static boolean isSaidBy(Map<String, String> meta) {
    return meta.containsKey(JOB);
  }

  /** By the first of the metas that says a job; null if none does, or if that is no valid name. */
  public static @Nullable JobGroup of(Iterable<Map<String, String>> metas) {
    for (Map<String, String> meta : metas) {
      String job = meta.get(JOB);
      if (job != null) {
        String group = meta.getOrDefault(GROUP, job);
        return isName(job) && isName(group) ? new JobGroup(job, group) : null;
      }
    }
    return null;
  }

  /** What Nomad takes for a name, and is short enough for a log and for an answer. */
  private static boolean isName(String text) {
    return !text.isEmpty()
        && !text.equals(".")
        && !text.equals("..")
        && text.length() <= LONGEST
        && text.chars()
            .noneMatch(each -> Character.isWhitespace(each) || Character.isISOControl(each));
  }
}
