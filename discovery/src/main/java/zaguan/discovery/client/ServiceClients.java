package zaguan.discovery.client;

import io.micronaut.context.BeanContext;
import io.micronaut.context.BeanProvider;
import io.micronaut.context.Qualifier;
import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Parameter;
import io.micronaut.context.annotation.Primary;
import io.micronaut.context.annotation.Replaces;
import io.micronaut.core.annotation.AnnotationMetadata;
import io.micronaut.core.naming.NameUtils;
import io.micronaut.core.util.SupplierUtil;
import io.micronaut.discovery.ServiceInstanceList;
import io.micronaut.http.client.HttpClient;
import io.micronaut.http.client.HttpClientConfiguration;
import io.micronaut.http.client.HttpClientRegistry;
import io.micronaut.http.client.HttpVersionSelection;
import io.micronaut.http.client.LoadBalancer;
import io.micronaut.http.client.ProxyHttpClient;
import io.micronaut.http.client.ProxyHttpClientRegistry;
import io.micronaut.http.client.RawHttpClient;
import io.micronaut.http.client.RawHttpClientRegistry;
import io.micronaut.http.client.StreamingHttpClient;
import io.micronaut.http.client.StreamingHttpClientRegistry;
import io.micronaut.http.client.annotation.Client;
import io.micronaut.http.client.netty.DefaultHttpClient;
import io.micronaut.http.client.netty.DefaultNettyHttpClientRegistry;
import io.micronaut.http.client.sse.SseClient;
import io.micronaut.http.client.sse.SseClientRegistry;
import io.micronaut.inject.InjectionPoint;
import io.micronaut.inject.qualifiers.Qualifiers;
import io.micronaut.websocket.WebSocketClient;
import io.micronaut.websocket.WebSocketClientRegistry;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import zaguan.discovery.settings.TimeAndChance;

/**
 * Gives out the clients that Micronaut gives out: for {@code @Client} on an interface, for an
 * injected client of any kind, and by hand. Those that name a service are a {@link ServiceClient};
 * those of a URL, of the service itself and of a service with configured URLs are Micronaut's own.
 */
@Factory
@Primary
final class ServiceClients
    implements HttpClientRegistry<HttpClient>,
        StreamingHttpClientRegistry<StreamingHttpClient>,
        SseClientRegistry<SseClient>,
        WebSocketClientRegistry<WebSocketClient>,
        ProxyHttpClientRegistry<ProxyHttpClient>,
        RawHttpClientRegistry {

  private record Key(DefaultHttpClient client, @Nullable String service, String path) {}

  private final DefaultNettyHttpClientRegistry clients;
  private final BeanContext beans;
  private final Supplier<Callees> callees;
  private final BeanProvider<CallSettings> settings;
  private final TimeAndChance timeAndChance;
  private final ConcurrentMap<Key, ServiceClient> given = new ConcurrentHashMap<>();

  /** By the IDs of clients. */
  private final ConcurrentMap<String, Optional<String>> services = new ConcurrentHashMap<>();

  ServiceClients(
      DefaultNettyHttpClientRegistry clients,
      BeanContext beans,
      BeanProvider<Callees> callees,
      BeanProvider<CallSettings> settings,
      TimeAndChance timeAndChance) {
    this.clients = clients;
    this.beans = beans;
    this.callees = SupplierUtil.memoized(callees::get);
    this.settings = settings;
    this.timeAndChance = timeAndChance;
  }

  /** For an injection point, or by hand with a load balancer. */
  @Bean
  @Primary
  @Replaces(bean = DefaultHttpClient.class, factory = DefaultNettyHttpClientRegistry.class)
  ServiceClient client(
      @Nullable InjectionPoint<?> point,
      @Parameter @Nullable LoadBalancer balancer,
      @Parameter @Nullable HttpClientConfiguration configuration) {
    return resolved(point, balancer, configuration);
  }

  private ServiceClient resolved(
      @Nullable InjectionPoint<?> point,
      @Nullable LoadBalancer balancer,
      @Nullable HttpClientConfiguration configuration) {
    if (balancer == null && point != null) {
      return of(point.getAnnotationMetadata());
    }
    HttpClient client = clients.resolveClient(point, balancer, configuration, beans);
    return new ServiceClient((DefaultHttpClient) client, null, beans);
  }

  private ServiceClient of(AnnotationMetadata metadata) {
    String service = service(metadata.stringValue(Client.class).orElse(""));
    return given(
        clients.getClient(metadata),
        service,
        metadata.stringValue(Client.class, "path").orElse(""));
  }

  private ServiceClient given(
      DefaultHttpClient client, @Nullable String service, String contextPath) {
    return given.computeIfAbsent(
        new Key(client, service, contextPath),
        key ->
            new ServiceClient(
                client,
                service == null
                    ? null
                    : new ServiceCalls(callees, service, contextPath, timeAndChance.nanoTime()),
                beans));
  }

  /**
   * The service that a client's ID names, with its configuration made; null if it names something
   * else. Micronaut asks for a declarative client with each call: what is found is kept.
   */
  private @Nullable String service(String id) {
    Optional<String> known = services.get(id);
    if (known == null) {
      known = Optional.ofNullable(found(id));
      known.ifPresent(this::configure);
      services.put(id, known);
    }
    return known.orElse(null);
  }

  private @Nullable String found(String id) {
    if (id.isEmpty() || id.contains("/")) {
      return null;
    }
    String name = NameUtils.hyphenate(id);
    boolean hasUrls =
        beans.getBeansOfType(ServiceInstanceList.class).stream()
            .anyMatch(list -> list.getID().equals(name));
    return hasUrls ? null : name;
  }

  /** Unless the service has a configuration of its own for clients of that name. */
  private void configure(String service) {
    Qualifier<HttpClientConfiguration> name = Qualifiers.byName(service);
    if (!beans.containsBean(HttpClientConfiguration.class, name)) {
      HttpClientConfiguration all = beans.getBean(HttpClientConfiguration.class);
      beans.registerSingleton(
          HttpClientConfiguration.class,
          new ServiceClientConfiguration(all, settings.get().connectTimeout()),
          name);
    }
  }

  @Override
  public HttpClient getClient(AnnotationMetadata metadata) {
    return of(metadata);
  }

  @Override
  public HttpClient getClient(HttpVersionSelection version, String id, @Nullable String path) {
    return byId(version, id, path);
  }

  @Override
  public RawHttpClient getRawClient(
      HttpVersionSelection version, String id, @Nullable String path) {
    return byId(version, id, path);
  }

  private ServiceClient byId(HttpVersionSelection version, String id, @Nullable String path) {
    String service = service(id);
    return given(clients.getClient(version, id, path), service, path == null ? "" : path);
  }

  @Override
  public StreamingHttpClient getStreamingHttpClient(AnnotationMetadata metadata) {
    return of(metadata);
  }

  @Override
  public SseClient getSseClient(AnnotationMetadata metadata) {
    return of(metadata);
  }

  @Override
  public WebSocketClient getWebSocketClient(AnnotationMetadata metadata) {
    return of(metadata);
  }

  @Override
  public ProxyHttpClient getProxyHttpClient(AnnotationMetadata metadata) {
    return of(metadata);
  }

  @Override
  public HttpClient resolveClient(
      @Nullable InjectionPoint<?> point,
      @Nullable LoadBalancer balancer,
      @Nullable HttpClientConfiguration configuration,
      BeanContext context) {
    return resolved(point, balancer, configuration);
  }

  @Override
  public StreamingHttpClient resolveStreamingHttpClient(
      @Nullable InjectionPoint<?> point,
      @Nullable LoadBalancer balancer,
      @Nullable HttpClientConfiguration configuration,
      BeanContext context) {
    return resolved(point, balancer, configuration);
  }

  @Override
  public SseClient resolveSseClient(
      @Nullable InjectionPoint<?> point,
      @Nullable LoadBalancer balancer,
      @Nullable HttpClientConfiguration configuration,
      BeanContext context) {
    return resolved(point, balancer, configuration);
  }

  @Override
  public WebSocketClient resolveWebSocketClient(
      @Nullable InjectionPoint<?> point,
      @Nullable LoadBalancer balancer,
      @Nullable HttpClientConfiguration configuration,
      BeanContext context) {
    return resolved(point, balancer, configuration);
  }

  @Override
  public ProxyHttpClient resolveProxyHttpClient(
      @Nullable InjectionPoint<?> point,
      @Nullable LoadBalancer balancer,
      @Nullable HttpClientConfiguration configuration,
      BeanContext context) {
    return resolved(point, balancer, configuration);
  }

  @Override
  public void disposeClient(AnnotationMetadata metadata) {
    clients.disposeClient(metadata);
    given.keySet().removeIf(key -> !key.client().isRunning());
  }
}
