package zaguan.system;

import io.micronaut.context.ApplicationContext;
import io.micronaut.discovery.DiscoveryClient;
import io.micronaut.http.client.exceptions.HttpClientResponseException;
import java.time.Duration;
import java.util.Map;
import reactor.core.publisher.Mono;

/**
 * A Micronaut application outside Nomad, as in an IDE beside a running stack: in the test's own
 * process, with no setting but where Consul is.
 */
final class Caller implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final ApplicationContext context;

  Caller(Platform platform) {
    context =
        ApplicationContext.builder()
            .deduceEnvironment(false)
            .banner(false)
            .properties(Map.of("discovery.consul.address", platform.consul().address()))
            .start();
  }

  <T> T bean(Class<T> type) {
    return context.getBean(type);
  }

  /** Calls of a greeter. */
  Load.Sending hello(Class<? extends Greets> client) {
    Greets greeter = bean(client);
    return () -> {
      try {
        return new Load.Answer(200, greeter.hello("Ada").instance(), "");
      } catch (HttpClientResponseException e) {
        return new Load.Answer(
            e.code(),
            e.getResponse().getHeaders().get("X-Instance", String.class, "none"),
            e.getResponse().getBody(String.class).orElse("without a body"));
      }
    };
  }

  /** How many instances it would send to. */
  int instancesOf(String service) {
    return Mono.from(bean(DiscoveryClient.class).getInstances(service))
        .blockOptional(PATIENCE)
        .orElseThrow()
        .size();
  }

  @Override
  public void close() {
    context.close();
  }
}
