package zaguan.discovery.client;

import io.micronaut.http.client.HttpClientConfiguration;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Micronaut's configuration of a client, for a service's: as the service has set it, but for two
 * defaults that are wrong where another instance can be asked.
 */
final class ServiceClientConfiguration extends HttpClientConfiguration {

  /** As at the gateway: how long a response may stand still. */
  private static final Duration IDLE = Duration.ofSeconds(60);

  private final ConnectionPoolConfiguration pool;
  private final @Nullable WebSocketCompressionConfiguration compression;

  /**
   * @param connect how long an instance may take to accept a connection, unless the copied
   *     configuration says
   */
  ServiceClientConfiguration(HttpClientConfiguration copied, Duration connect) {
    super(copied);
    pool = copied.getConnectionPoolConfiguration();
    compression = copied.getWebSocketCompressionConfiguration();
    Optional<Duration> said = copied.getConnectTimeout();
    setConnectTimeout(said.orElse(connect));
    Duration unset = Duration.ofSeconds(DEFAULT_READ_TIMEOUT_SECONDS);
    if (copied.getReadTimeout().filter(each -> !each.equals(unset)).isEmpty()) {
      setReadTimeout(IDLE); // The call's own deadline is for its response.
    }
  }

  @Override
  public ConnectionPoolConfiguration getConnectionPoolConfiguration() {
    return pool;
  }

  @Override
  public @Nullable WebSocketCompressionConfiguration getWebSocketCompressionConfiguration() {
    return compression;
  }
}
