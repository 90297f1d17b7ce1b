package zaguan.gateway.pages;

import io.micronaut.serde.annotation.Serdeable;
import java.util.List;
import zaguan.discovery.catalog.Instance;
import zaguan.gateway.catalog.Catalog;
import zaguan.gateway.routing.RouteTable;

/**
 * The routes and their instances, for programs.
 *
 * @param loaded whether Consul has answered since the gateway started
 * @param consulAway whether Consul does not answer now; the routes are then the last known good
 *     ones
 * @param problems what is wrong with registrations
 */
@Serdeable
record Listing(boolean loaded, boolean consulAway, List<RouteEntry> routes, List<String> problems) {

  @Serdeable
  record RouteEntry(String prefix, String service, List<InstanceEntry> instances) {}

  @Serdeable
  record InstanceEntry(String id, String address, String node, int weight) {

    static InstanceEntry of(Instance instance) {
      return new InstanceEntry(
          instance.id(), instance.address(), instance.node(), instance.weight());
    }
  }

  static Listing of(Catalog catalog, RouteTable table) {
    return new Listing(
        table.loaded(),
        catalog.consulAway(),
        table.routes().stream()
            .map(
                route ->
                    new RouteEntry(
                        route.prefix() + "/",
                        route.service(),
                        route.instances().stream().map(InstanceEntry::of).toList()))
            .toList(),
        table.problems());
  }
}
