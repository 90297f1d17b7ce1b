package zaguan.gateway.pages;

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

/** What Micronaut's health endpoint says: 200 for UP, 503 for DOWN. */
@Factory
final class HealthPages {

  private static final String PATH = "/-/health";

  private record Health(String path, Supplier<Publisher<HealthResult>> source, JsonMapper json)
      implements OwnPage {

    @Override
    public CompletionStage<Page> get(String accept) {
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
  OwnPage health(HealthEndpoint endpoint, JsonMapper json) {
    return new Health(PATH, () -> endpoint.getHealth(null), json);
  }

  @Singleton
  @Named("liveness")
  OwnPage liveness(HealthEndpoint endpoint, JsonMapper json) {
    return of(endpoint, HealthCheckType.LIVENESS, "/liveness", json);
  }

  @Singleton
  @Named("readiness")
  OwnPage readiness(HealthEndpoint endpoint, JsonMapper json) {
    return of(endpoint, HealthCheckType.READINESS, "/readiness", json);
  }

  private static OwnPage of(
      HealthEndpoint endpoint, HealthCheckType type, String path, JsonMapper json) {
    return new Health(PATH + path, () -> endpoint.getHealth(null, type), json);
  }
}
