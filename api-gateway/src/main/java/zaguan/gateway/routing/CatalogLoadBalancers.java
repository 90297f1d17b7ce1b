package zaguan.gateway.routing;

import io.micronaut.context.annotation.Replaces;
import io.micronaut.core.async.publisher.Publishers;
import io.micronaut.discovery.DiscoveryClient;
import io.micronaut.discovery.ServiceInstance;
import io.micronaut.discovery.exceptions.NoAvailableServiceException;
import io.micronaut.http.client.LoadBalancer;
import io.micronaut.http.client.loadbalance.DiscoveryClientLoadBalancerFactory;
import jakarta.inject.Singleton;
import java.util.List;
import zaguan.gateway.balancing.Endpoint;
import zaguan.gateway.balancing.Upstream;
import zaguan.gateway.catalog.Catalog;
import zaguan.gateway.catalog.Service;
import zaguan.gateway.settings.TimeAndChance;

/**
 * Gives {@code @Client("greeter")} the instances of the catalog, by their weights. Micronaut does
 * not say how a request ended, so that only the routes know which instance is slow.
 */
@Singleton
@Replaces(DiscoveryClientLoadBalancerFactory.class)
final class CatalogLoadBalancers extends DiscoveryClientLoadBalancerFactory {

  private final Catalog catalog;
  private final ServiceSettings settings;
  private final TimeAndChance timeAndChance;

  CatalogLoadBalancers(
      DiscoveryClient discovery,
      Catalog catalog,
      ServiceSettings settings,
      TimeAndChance timeAndChance) {
    super(discovery);
    this.catalog = catalog;
    this.settings = settings;
    this.timeAndChance = timeAndChance;
  }

  @Override
  public LoadBalancer create(String serviceId) {
    Upstreams upstreams = new Upstreams(timeAndChance);
    Upstream upstream = upstreams.follow(serviceId, List.of(), settings);
    catalog.onChange(
        snapshot -> {
          Service service = snapshot.service(serviceId);
          upstreams.follow(serviceId, service == null ? List.of() : service.instances(), settings);
        });
    return discriminator -> {
      Endpoint endpoint = upstream.choose(List.of());
      return endpoint == null
          ? Publishers.just(new NoAvailableServiceException(serviceId))
          : Publishers.just(ServiceInstance.of(serviceId, endpoint.instance().uri()));
    };
  }
}
