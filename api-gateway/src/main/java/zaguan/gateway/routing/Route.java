package zaguan.gateway.routing;

import java.util.List;
import zaguan.gateway.catalog.Instance;

/**
 * A prefix under which a service is served.
 *
 * @param prefix begins with a slash and does not end with one
 * @param service the name of the service
 * @param instances those that may be asked; none is possible
 */
public record Route(String prefix, String service, List<Instance> instances) {

  public Route {
    instances = List.copyOf(instances);
  }
}
