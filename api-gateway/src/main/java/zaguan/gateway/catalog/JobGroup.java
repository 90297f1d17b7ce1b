package zaguan.gateway.catalog;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The group of a Nomad job that a service's instances are of, as its meta says: {@code nomad-job},
 * and {@code nomad-group} if that has another name.
 */
public record JobGroup(String job, String group) {

  private static final String JOB = "nomad-job";
  private static final String GROUP = "nomad-group";

  /** As Consul allows a value of a service's meta. */
  private static final int LONGEST = 512;

  /** Whether that meta says a job, be it a name or not. */
  static boolean isSaidBy(Map<String, String> meta) {
    return meta.containsKey(JOB);
  }

  /** As the first of the metas says that says it; null if none does, or what it says is no name. */
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

  /** What Nomad takes for one, and is short enough for a log and for an answer. */
  private static boolean isName(String text) {
    return !text.isEmpty()
        && !text.equals(".")
        && !text.equals("..")
        && text.length() <= LONGEST
        && text.chars()
            .noneMatch(each -> Character.isWhitespace(each) || Character.isISOControl(each));
  }
}
