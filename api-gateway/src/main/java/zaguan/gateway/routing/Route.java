package zaguan.gateway.routing;

import java.util.List;
import org.jspecify.annotations.Nullable;
import zaguan.discovery.balancing.Upstream;
import zaguan.discovery.catalog.Instance;
import zaguan.gateway.catalog.JobGroup;

/**
 * A prefix under which a service is served.
 *
 * @param prefix begins with a slash and does not end with one
 * @param service the name of the service
 * @param instances those that may be asked; there may be none
 * @param settings of this service
 * @param upstream which of the instances is asked next
 * @param group the group to scale when an instance is wanted; null if the service does not name its
 *     job
 */
public record Route(
    String prefix,
    String service,
    List<Instance> instances,
    ServiceSettings settings,
    Upstream upstream,
    @Nullable JobGroup group) {

  public Route {
    instances = List.copyOf(instances);
  }
}
