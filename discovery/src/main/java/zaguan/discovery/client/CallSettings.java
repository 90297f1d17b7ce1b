package zaguan.discovery.client;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.annotation.Introspected;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import zaguan.discovery.logging.Printable;
import zaguan.discovery.settings.Declared;
import zaguan.discovery.settings.Within;

/**
 * How other services are called, under {@code discovery}; what a called service says of itself in
 * its meta, by the same names, goes first.
 *
 * @param connectTimeout how long an instance may take to accept a connection before another one is
 *     asked; not by meta
 * @param attemptTimeout how long an instance may take to begin its response to GET, HEAD or OPTIONS
 *     before a second one is asked as well; 0 for never
 * @param responseTimeout the deadline, for all attempts together
 * @param maxConcurrency how many calls of a service may wait for their response at once, at the
 *     most; the others fail at once
 * @param warmUp how long a new instance takes to its full share
 * @param wakeTimeout how much longer a call may take that goes through a gateway, since no instance
 *     is registered
 * @param sleepAfter for how long a service may have had no request before it is scaled to zero; 0
 *     for never. The gateways are told of calls four times as often
 * @param gateway the service that wakes others
 */
@Introspected
@ConfigurationProperties("discovery")
record CallSettings(
    @Bindable(defaultValue = "1s") @Within(least = "10ms", most = "10s") Duration connectTimeout,
    @Bindable(defaultValue = "5s") @Within(least = "50ms", most = "10m", orZero = true)
        Duration attemptTimeout,
    @Bindable(defaultValue = "15s") @Within(least = "100ms", most = "10m") Duration responseTimeout,
    @Bindable(defaultValue = "1000") @Within(least = "1", most = "100000") int maxConcurrency,
    @Bindable(defaultValue = "5s") @Within(least = "0", most = "10m") Duration warmUp,
    @Bindable(defaultValue = "30s") @Within(least = "1s", most = "10m") Duration wakeTimeout,
    @Bindable(defaultValue = "0s") @Within(least = "1s", most = "168h", orZero = true)
        Duration sleepAfter,
    @Bindable(defaultValue = "api-gateway") String gateway) {

  private static final Logger LOG = LoggerFactory.getLogger(CallSettings.class);

  private static final Declared<CallSettings> DECLARED = Declared.by(CallSettings.class);

  /** What a service may say of how it is called. */
  private static final List<String> OF_META =
      List.of(
          "attempt-timeout",
          "response-timeout",
          "max-concurrency",
          "warm-up",
          "wake-timeout",
          "sleep-after");

  CallSettings {
    DECLARED.require(
        connectTimeout,
        attemptTimeout,
        responseTimeout,
        maxConcurrency,
        warmUp,
        wakeTimeout,
        sleepAfter,
        gateway);
  }

  /**
   * These with what the metas say; of instances that differ, the first that has a setting counts.
   */
  CallSettings with(String service, List<Map<String, String>> metas) {
    CallSettings settings = this;
    for (String key : OF_META) {
      for (Map<String, String> meta : metas) {
        String value = meta.get(key);
        if (value != null) {
          settings = with(service, settings, key, value);
          break;
        }
      }
    }
    return settings;
  }

  private static CallSettings with(String service, CallSettings before, String key, String value) {
    try {
      return DECLARED.with(before, key, value);
    } catch (IllegalArgumentException | ArithmeticException e) {
      LOG.warn(
          "{}: {}=\"{}\" is ignored: {}",
          Printable.name(service),
          key,
          Printable.of(value, 100),
          e.getMessage());
      return before;
    }
  }
}
