package zaguan.gateway.probes;

import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import jakarta.inject.Singleton;
import java.time.Duration;
import zaguan.discovery.http.BoundedClient;

/** One client for all that this room asks: it has a thread, and is closed when the gateway ends. */
@Factory
final class Client {

  private static final Duration CONNECT = Duration.ofSeconds(2);

  @Singleton
  @Bean(preDestroy = "close")
  BoundedClient client() {
    return new BoundedClient(CONNECT, false);
  }
}
