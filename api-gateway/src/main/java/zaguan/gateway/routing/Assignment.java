package zaguan.gateway.routing;

import java.util.List;
import org.jspecify.annotations.Nullable;
import zaguan.discovery.catalog.Instance;
import zaguan.gateway.catalog.JobGroup;

/**
 * A prefix, and the service that has it.
 *
 * @param instances those that may be asked; there may be none
 * @param settings of this service
 * @param group the group to scale when an instance is wanted; null if the service does not name its
 *     job
 */
record Assignment(
    String prefix,
    String service,
    List<Instance> instances,
    ServiceSettings settings,
    @Nullable JobGroup group) {

  Assignment {
    instances = List.copyOf(instances);
  }

  /** This assignment after the service has left. */
  static Assignment departed(String prefix, String service, ServiceSettings settings) {
    return new Assignment(prefix, service, List.of(), settings, null);
  }
}
