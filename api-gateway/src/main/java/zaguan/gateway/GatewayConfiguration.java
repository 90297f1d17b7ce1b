package zaguan.gateway;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;

/**
 * What may be set of the gateway itself, under {@code gateway}.
 *
 * @param responseTimeout how long an instance may take to begin its response to a request that has
 *     no body; then the answer is 504. A request with a body is only held to {@code
 *     micronaut.http.client.read-timeout}, since sending it takes what it takes. 100 ms to 10 min
 */
@ConfigurationProperties("gateway")
public record GatewayConfiguration(@Bindable(defaultValue = "15s") Duration responseTimeout) {

  public GatewayConfiguration {
    require(
        "gateway.response-timeout",
        responseTimeout,
        Duration.ofMillis(100),
        Duration.ofMinutes(10));
  }

  /**
   * Refuses a value out of its bounds, which belong to them.
   *
   * @throws IllegalArgumentException naming the property, the value and the bounds
   */
  public static void require(String name, Duration value, Duration least, Duration most) {
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      throw new IllegalArgumentException(
          name + " is " + value + ", but must be from " + least + " to " + most);
    }
  }
}
