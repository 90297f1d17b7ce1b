package zaguan.gateway.routing;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.annotation.Introspected;
import io.micronaut.core.bind.annotation.Bindable;
import io.micronaut.core.convert.format.ReadableBytes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import zaguan.discovery.settings.Declared;
import zaguan.discovery.settings.Within;

/**
 * The settings of each service, in its Consul meta; {@code gateway.*} sets them for all services
 * whose meta does not. The keys of the meta are the names below without {@code gateway.}.
 *
 * @param connectTimeout how long an instance may take to accept a connection before another
 *     instance is asked
 * @param attemptTimeout how long an instance may take to begin its response to GET, HEAD or
 *     OPTIONS, before a second instance is asked as well; 0 for never
 * @param responseTimeout the deadline: how long after a request is complete its response may begin,
 *     all attempts together; then the answer is 504
 * @param idleTimeout how long a body, of a request or of a response, may stand still before the
 *     gateway gives it up
 * @param leastBodyRate the bytes a second with which the body of a request must come while the
 *     gateway takes it and the response has not begun; a body that falls more than 30 s behind is
 *     408. 0 for none
 * @param maxBody the longest body of a request, in bytes; a longer body is 413
 * @param maxConcurrency how many requests may wait for their response at once in one gateway, at
 *     the most; fewer when requests have queued for three seconds. The others are 503 at once
 * @param warmUp how long a new instance takes to its full share
 * @param wakeTimeout how long a request waits at most for a service that sleeps; then the answer is
 *     503
 * @param wakeQueue how many requests may wait for that at once in one gateway; the others are 503
 *     at once
 * @param sleepAfter for how long no gateway may have had a request for the service before it is
 *     scaled to zero; 0 for never
 * @param rewriteLocation whether the prefix and the public host are put back into Location and
 *     Content-Location where they name the instance, or a path of the service without its prefix
 */
@Introspected
@ConfigurationProperties("gateway")
public record ServiceSettings(
    @Bindable(defaultValue = "1s") @Within(least = "10ms", most = "10s") Duration connectTimeout,
    @Bindable(defaultValue = "5s") @Within(least = "50ms", most = "10m", orZero = true)
        Duration attemptTimeout,
    @Bindable(defaultValue = "15s") @Within(least = "100ms", most = "10m") Duration responseTimeout,
    @Bindable(defaultValue = "60s") @Within(least = "1s", most = "1h") Duration idleTimeout,
    @Bindable(defaultValue = "100") @ReadableBytes @Within(least = "0", most = "1MB")
        long leastBodyRate,
    @Bindable(defaultValue = "1GB") @ReadableBytes @Within(least = "0") long maxBody,
    @Bindable(defaultValue = "1000") @Within(least = "1", most = "100000") int maxConcurrency,
    @Bindable(defaultValue = "5s") @Within(least = "0", most = "10m") Duration warmUp,
    @Bindable(defaultValue = "30s") @Within(least = "1s", most = "10m") Duration wakeTimeout,
    @Bindable(defaultValue = "500") @Within(least = "1", most = "100000") int wakeQueue,
    @Bindable(defaultValue = "0s") @Within(least = "1s", most = "168h", orZero = true)
        Duration sleepAfter,
    @Bindable(defaultValue = "on") boolean rewriteLocation) {

  private static final Declared<ServiceSettings> DECLARED = Declared.by(ServiceSettings.class);
  private static final List<String> KEYS = DECLARED.keys();

  public ServiceSettings {
    DECLARED.require(
        connectTimeout,
        attemptTimeout,
        responseTimeout,
        idleTimeout,
        leastBodyRate,
        maxBody,
        maxConcurrency,
        warmUp,
        wakeTimeout,
        wakeQueue,
        sleepAfter,
        rewriteLocation);
  }

  /**
   * These settings with what the meta of a service's instances says.
   *
   * @param meta of each instance; where they differ, as in a rolling deployment, the first that has
   *     the setting counts
   * @param problems gets a sentence for each value that cannot be used, and is ignored
   */
  public ServiceSettings with(
      String service, List<Map<String, String>> meta, List<String> problems) {
    Map<String, String> wanted = new TreeMap<>();
    for (Map<String, String> each : meta) {
      for (String key : KEYS) {
        String value = each.get(key);
        if (value != null) {
          wanted.putIfAbsent(key, value);
        }
      }
    }
    ServiceSettings settings = this;
    for (Map.Entry<String, String> entry : wanted.entrySet()) {
      try {
        settings = DECLARED.with(settings, entry.getKey(), entry.getValue());
      } catch (IllegalArgumentException | ArithmeticException e) {
        problems.add(
            service
                + ": "
                + entry.getKey()
                + "=\""
                + entry.getValue()
                + "\" is ignored: "
                + e.getMessage());
      }
    }
    return settings;
  }
}
