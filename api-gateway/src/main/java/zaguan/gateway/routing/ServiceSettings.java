package zaguan.gateway.routing;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import io.micronaut.core.convert.format.ReadableBytes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import zaguan.gateway.settings.GatewaySettings;

/**
 * What may be set of each service, in its Consul meta; {@code gateway.*} sets what holds for those
 * that say nothing. The keys of the meta are the names below without {@code gateway.}.
 *
 * @param connectTimeout how long an instance may take to accept a connection, before another is
 *     asked; 10 ms to 10 s
 * @param attemptTimeout how long an instance may take to begin its response to GET, HEAD or
 *     OPTIONS, before another is asked beside it; 0 for never, else 50 ms to 10 min
 * @param responseTimeout the deadline: how long after a request is complete its response may begin,
 *     all attempts together; then the answer is 504. 100 ms to 10 min
 * @param idleTimeout how long a body, of a request or of a response, may come to a standstill
 *     before it is given up; 1 s to 1 h
 * @param leastBodyRate bytes a second that the body of a request must come with while the gateway
 *     takes it, before its response begins; one that falls more than 30 s behind is 408. 0 for
 *     none, up to 1 MB
 * @param maxBody the longest body of a request, in bytes; a longer one is 413
 * @param maxConcurrency how many requests may wait for their response at once in one gateway, at
 *     the most; fewer when requests have queued for three seconds. The others are 503 at once. 1 to
 *     100,000
 * @param warmUp how long a new instance takes to its full share; 0 to 10 min
 * @param wakeTimeout how long a request waits at most for a service that sleeps; then the answer is
 *     503. 1 s to 10 min
 * @param wakeQueue how many requests may wait for that at once in one gateway; the others are 503
 *     at once. 1 to 100,000
 * @param sleepAfter for how long no gateway may have had a request for the service before it is
 *     scaled to zero; 0 for never, else 1 s to 7 d
 * @param rewriteLocation whether the prefix and the public host are put back into Location and
 *     Content-Location where they name the instance, or a path of the service without its prefix
 */
@ConfigurationProperties("gateway")
public record ServiceSettings(
    @Bindable(defaultValue = "1s") Duration connectTimeout,
    @Bindable(defaultValue = "5s") Duration attemptTimeout,
    @Bindable(defaultValue = "15s") Duration responseTimeout,
    @Bindable(defaultValue = "60s") Duration idleTimeout,
    @Bindable(defaultValue = "100") @ReadableBytes long leastBodyRate,
    @Bindable(defaultValue = "1GB") @ReadableBytes long maxBody,
    @Bindable(defaultValue = "1000") int maxConcurrency,
    @Bindable(defaultValue = "5s") Duration warmUp,
    @Bindable(defaultValue = "30s") Duration wakeTimeout,
    @Bindable(defaultValue = "500") int wakeQueue,
    @Bindable(defaultValue = "0s") Duration sleepAfter,
    @Bindable(defaultValue = "on") boolean rewriteLocation) {

  private static final long MOST_RATE = 1024 * 1024;
  private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h)");
  private static final Pattern SIZE = Pattern.compile("(\\d{1,9})(KB|MB|GB|)");

  private static final List<String> KEYS =
      List.of(
          "connect-timeout",
          "attempt-timeout",
          "response-timeout",
          "idle-timeout",
          "least-body-rate",
          "max-body",
          "max-concurrency",
          "warm-up",
          "wake-timeout",
          "wake-queue",
          "sleep-after",
          "rewrite-location");

  public ServiceSettings {
    within("connect-timeout", connectTimeout, Duration.ofMillis(10), Duration.ofSeconds(10));
    if (!attemptTimeout.isZero()) {
      within("attempt-timeout", attemptTimeout, Duration.ofMillis(50), Duration.ofMinutes(10));
    }
    within("response-timeout", responseTimeout, Duration.ofMillis(100), Duration.ofMinutes(10));
    within("idle-timeout", idleTimeout, Duration.ofSeconds(1), Duration.ofHours(1));
    within("warm-up", warmUp, Duration.ZERO, Duration.ofMinutes(10));
    if (leastBodyRate < 0 || leastBodyRate > MOST_RATE) {
      throw new IllegalArgumentException(
          "gateway.least-body-rate is " + leastBodyRate + ", but must be from 0 to 1MB");
    }
    if (maxBody < 0) {
      throw new IllegalArgumentException(
          "gateway.max-body is " + maxBody + ", but must not be < 0");
    }
    within("max-concurrency", maxConcurrency);
    within("wake-timeout", wakeTimeout, Duration.ofSeconds(1), Duration.ofMinutes(10));
    within("wake-queue", wakeQueue);
    if (!sleepAfter.isZero()) {
      within("sleep-after", sleepAfter, Duration.ofSeconds(1), Duration.ofDays(7));
    }
  }

  /**
   * These settings with what the meta of a service's instances says.
   *
   * @param meta of each instance; where they differ, as in a rolling deployment, the first holds
   * @param problems gets a sentence for each value that is none, which is then ignored
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
        settings = settings.with(entry.getKey(), entry.getValue());
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

  private ServiceSettings with(String key, String value) {
    return new ServiceSettings(
        key.equals("connect-timeout") ? duration(value) : connectTimeout,
        key.equals("attempt-timeout") ? duration(value) : attemptTimeout,
        key.equals("response-timeout") ? duration(value) : responseTimeout,
        key.equals("idle-timeout") ? duration(value) : idleTimeout,
        key.equals("least-body-rate") ? size(value) : leastBodyRate,
        key.equals("max-body") ? size(value) : maxBody,
        key.equals("max-concurrency") ? Math.toIntExact(size(value)) : maxConcurrency,
        key.equals("warm-up") ? duration(value) : warmUp,
        key.equals("wake-timeout") ? duration(value) : wakeTimeout,
        key.equals("wake-queue") ? Math.toIntExact(size(value)) : wakeQueue,
        key.equals("sleep-after") ? duration(value) : sleepAfter,
        key.equals("rewrite-location") ? isOn(value) : rewriteLocation);
  }

  private static boolean isOn(String text) {
    return switch (text) {
      case "on", "true" -> true;
      case "off", "false" -> false;
      default -> throw new IllegalArgumentException("it must be on or off");
    };
  }

  private static Duration duration(String text) {
    if (text.equals("0")) {
      return Duration.ZERO;
    }
    Matcher matcher = DURATION.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("it must be like 500ms, 15s, 2m or 1h, or 0");
    }
    long number = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "ms" -> Duration.ofMillis(number);
      case "s" -> Duration.ofSeconds(number);
      case "m" -> Duration.ofMinutes(number);
      default -> Duration.ofHours(number);
    };
  }

  private static long size(String text) {
    Matcher matcher = SIZE.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("it must be a number, or like 64KB, 10MB or 1GB");
    }
    long number = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "KB" -> number << 10;
      case "MB" -> number << 20;
      case "GB" -> number << 30;
      default -> number;
    };
  }

  private static void within(String key, int requests) {
    if (requests < 1 || requests > 100_000) {
      throw new IllegalArgumentException(
          "gateway." + key + " is " + requests + ", but must be from 1 to 100000");
    }
  }

  private static void within(String key, Duration value, Duration least, Duration most) {
    GatewaySettings.require("gateway." + key, value, least, most);
  }
}
