package zaguan.gateway.routing;

import java.util.List;
import org.jspecify.annotations.Nullable;
import zaguan.gateway.catalog.Instance;
import zaguan.gateway.catalog.JobGroup;

/**
 * A prefix, and the service that has it.
 *
 * @param instances those that may be asked; none is possible
 * @param settings of this service
 * @param group what to scale so that there is an instance; null if the service does not say it
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

  /** The same after the service has left. */
  static Assignment departed(String prefix, String service, ServiceSettings settings) {
    return new Assignment(prefix, service, List.of(), settings, null);
  }
}
