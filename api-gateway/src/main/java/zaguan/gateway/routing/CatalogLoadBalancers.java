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
import zaguan.gateway.catalog.Catalog;
import zaguan.gateway.catalog.Service;

/** Gives {@code @Client("greeter")} the same instances and the same turns as the routes. */
@Singleton
@Replaces(DiscoveryClientLoadBalancerFactory.class)
final class CatalogLoadBalancers extends DiscoveryClientLoadBalancerFactory {

  private final Catalog catalog;
  private final Balancer balancer;

  CatalogLoadBalancers(DiscoveryClient discovery, Catalog catalog, Balancer balancer) {
    super(discovery);
    this.catalog = catalog;
    this.balancer = balancer;
  }

  @Override
  public LoadBalancer create(String serviceId) {
    return discriminator -> {
      Service service = catalog.current().service(serviceId);
      return balancer
          .choose(serviceId, service == null ? List.of() : service.instances())
          .map(instance -> Publishers.just(ServiceInstance.of(serviceId, instance.uri())))
          .orElseGet(() -> Publishers.just(new NoAvailableServiceException(serviceId)));
    };
  }
}
