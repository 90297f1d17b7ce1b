package zaguan.gateway.routing;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import zaguan.gateway.catalog.ServiceMemory;

/**
 * The group of a Nomad job that a service's instances are of, as its meta says: {@code nomad-job},
 * and {@code nomad-group} if that has another name.
 */
public record JobGroup(String job, String group) {

  private static final String GROUP = "nomad-group";

  static @Nullable JobGroup of(Iterable<Map<String, String>> metas) {
    for (Map<String, String> meta : metas) {
      String job = meta.get(ServiceMemory.JOB);
      if (job != null) {
        return new JobGroup(job, meta.getOrDefault(GROUP, job));
      }
    }
    return null;
  }
}
