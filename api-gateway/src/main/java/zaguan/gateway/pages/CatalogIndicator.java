package zaguan.gateway.pages;

import io.micronaut.core.async.publisher.Publishers;
import io.micronaut.health.HealthStatus;
import io.micronaut.management.health.indicator.HealthIndicator;
import io.micronaut.management.health.indicator.HealthResult;
import io.micronaut.management.health.indicator.annotation.Readiness;
import jakarta.inject.Singleton;
import org.reactivestreams.Publisher;
import zaguan.gateway.catalog.Catalog;

/**
 * Ready once the catalog is loaded, and from then on: a gateway that has lost Consul serves what it
 * knows.
 */
@Singleton
@Readiness
final class CatalogIndicator implements HealthIndicator {

  private final Catalog catalog;

  CatalogIndicator(Catalog catalog) {
    this.catalog = catalog;
  }

  @Override
  public Publisher<HealthResult> getResult() {
    return Publishers.just(
        HealthResult.builder(
                "catalog", catalog.current().loaded() ? HealthStatus.UP : HealthStatus.DOWN)
            .build());
  }
}
