package zaguan.gateway.pages;

import io.micronaut.context.BeanProvider;
import io.micronaut.context.annotation.Factory;
import io.micronaut.health.HealthStatus;
import io.micronaut.json.JsonMapper;
import io.micronaut.management.endpoint.health.HealthEndpoint;
import io.micronaut.management.health.indicator.HealthCheckType;
import io.micronaut.management.health.indicator.HealthResult;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/**
 * What Micronaut's health endpoint says: 200 for UP, 503 for DOWN. The endpoint is looked up only
 * when a page is asked for: it asks the transport, too, which needs these pages.
 */
@Factory
final class HealthPages {

  private static final String PATH = "/-/health";

  private record Health(String path, Supplier<Publisher<HealthResult>> source, JsonMapper json)
      implements OwnPage {

    @Override
    public CompletionStage<Page> get(Asked asked) {
      return Mono.from(source.get()).map(this::page).toFuture();
    }

    private Page page(HealthResult result) {
      int status = result.getStatus().equals(HealthStatus.DOWN) ? 503 : 200;
      try {
        return Page.json(status, json.writeValueAsBytes(result));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Singleton
  @Named("health")
  OwnPage health(BeanProvider<HealthEndpoint> endpoint, JsonMapper json) {
    return new Health(PATH, () -> endpoint.get().getHealth(null), json);
  }

  @Singleton
  @Named("liveness")
  OwnPage liveness(BeanProvider<HealthEndpoint> endpoint, JsonMapper json) {
    return of(endpoint, HealthCheckType.LIVENESS, "/liveness", json);
  }

  @Singleton
  @Named("readiness")
  OwnPage readiness(BeanProvider<HealthEndpoint> endpoint, JsonMapper json) {
    return of(endpoint, HealthCheckType.READINESS, "/readiness", json);
  }

  private static OwnPage of(
      BeanProvider<HealthEndpoint> endpoint, HealthCheckType type, String path, JsonMapper json) {
    return new Health(PATH + path, () -> endpoint.get().getHealth(null, type), json);
  }
}
