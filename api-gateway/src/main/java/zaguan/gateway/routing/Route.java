package zaguan.gateway.routing;

import java.util.List;
import org.jspecify.annotations.Nullable;
import zaguan.discovery.balancing.Upstream;
import zaguan.discovery.catalog.Instance;
import zaguan.gateway.catalog.JobGroup;

/**
 * What leads to a service: a prefix under which it is served, or its name.
 *
 * @param prefix begins with a slash and does not end with one; empty where the name leads to it
 * @param service the name of the service
 * @param instances those that may be asked; there may be none
 * @param settings of this service
 * @param isPublic whether requests from outside lead to these instances, so that each has the tag
 *     {@code public}
 * @param upstream which of the instances is asked next
 * @param group the group to scale when an instance is wanted; null if the service does not name its
 *     job
 */
public record Route(
    String prefix,
    String service,
    List<Instance> instances,
    ServiceSettings settings,
    boolean isPublic,
    Upstream upstream,
    @Nullable JobGroup group) {

  public Route {
    instances = List.copyOf(instances);
  }

  /** The same, where the service's name leads to it. */
  Route byName() {
    return new Route("", service, instances, settings, isPublic, upstream, group);
  }
}
