package zaguan.discovery.client;

import io.micronaut.context.BeanProvider;
import io.micronaut.discovery.DiscoveryClient;
import io.micronaut.discovery.ServiceInstance;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import zaguan.discovery.catalog.Instance;
import zaguan.discovery.consul.ConsulCatalog;
import zaguan.discovery.http.PlainHttp;

/**
 * The live lists, as Micronaut asks for them. The first question for a service waits until Consul
 * has answered; all others are answered at once. Only {@link #getServiceIds} asks Consul each time.
 */
@Singleton
final class LiveDiscoveryClient implements DiscoveryClient {

  private final BeanProvider<Callees> callees;
  private final BeanProvider<ConsulCatalog> consul;

  /** Made with each client that names a service; what asks Consul is made when it is asked. */
  LiveDiscoveryClient(BeanProvider<Callees> callees, BeanProvider<ConsulCatalog> consul) {
    this.callees = callees;
    this.consul = consul;
  }

  @Override
  public Publisher<List<ServiceInstance>> getInstances(String service) {
    return Mono.fromFuture(() -> callees.get().of(service).known(), true)
        .map(callee -> callee.instances().stream().map(LiveDiscoveryClient::asMicronaut).toList());
  }

  @Override
  public Publisher<List<String>> getServiceIds() {
    return Mono.fromCallable(() -> consul.get().names()).subscribeOn(Schedulers.boundedElastic());
  }

  @Override
  public String getDescription() {
    return "live lists of Consul";
  }

  /** The lists end with their own bean. */
  @Override
  public void close() {}

  private static ServiceInstance asMicronaut(Instance instance) {
    return ServiceInstance.builder(instance.service(), PlainHttp.uri(instance.address(), ""))
        .instanceId(instance.id())
        .metadata(Map.copyOf(instance.meta()))
        .build();
  }
}
