package zaguan.gateway.discovery;

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
import zaguan.gateway.http.PlainHttp;
import zaguan.gateway.routing.ServiceSettings;
import zaguan.gateway.settings.TimeAndChance;

/**
 * Gives {@code @Client("greeter")} the instances of the catalog, by their weights. Micronaut does
 * not say how a request ended, so only the routes know which instance is slow.
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
    Upstream upstream =
        new Upstream(
            serviceId,
            settings.maxConcurrency(),
            timeAndChance.nanoTime(),
            timeAndChance.random()::nextInt,
            event -> {}); // The routes tell what happens to instances.
    catalog.onChange(
        snapshot -> {
          Service service = snapshot.service(serviceId);
          upstream.replaceInstances(
              service == null ? List.of() : service.instances(), settings.warmUp().toNanos());
        });
    return discriminator -> {
      Endpoint endpoint = upstream.choose(List.of());
      return endpoint == null
          ? Publishers.just(new NoAvailableServiceException(serviceId))
          : Publishers.just(ServiceInstance.of(serviceId, PlainHttp.uri(endpoint.address(), "")));
    };
  }
}
