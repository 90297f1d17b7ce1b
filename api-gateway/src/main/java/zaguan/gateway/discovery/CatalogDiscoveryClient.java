package zaguan.gateway.discovery;

import io.micronaut.core.async.publisher.Publishers;
import io.micronaut.discovery.DiscoveryClient;
import io.micronaut.discovery.ServiceInstance;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import org.reactivestreams.Publisher;
import zaguan.gateway.catalog.Catalog;
import zaguan.gateway.catalog.Instance;
import zaguan.gateway.catalog.Service;
import zaguan.gateway.http.PlainHttp;

/** The catalog as Micronaut asks for it. Answers at once, from the snapshot. */
@Singleton
final class CatalogDiscoveryClient implements DiscoveryClient {

  private final Catalog catalog;

  CatalogDiscoveryClient(Catalog catalog) {
    this.catalog = catalog;
  }

  @Override
  public Publisher<List<ServiceInstance>> getInstances(String serviceId) {
    Service service = catalog.current().service(serviceId);
    return Publishers.just(
        service == null
            ? List.of()
            : service.instances().stream().map(CatalogDiscoveryClient::asMicronaut).toList());
  }

  @Override
  public Publisher<List<String>> getServiceIds() {
    return Publishers.just(List.copyOf(catalog.current().services().keySet()));
  }

  @Override
  public String getDescription() {
    return "catalog";
  }

  @Override
  public void close() {}

  private static ServiceInstance asMicronaut(Instance instance) {
    return ServiceInstance.builder(instance.service(), PlainHttp.uri(instance.address(), ""))
        .instanceId(instance.id())
        .metadata(Map.copyOf(instance.meta()))
        .build();
  }
}
