package zaguan.gateway.settings;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import io.micronaut.core.convert.format.ReadableBytes;
import java.time.Duration;
import java.util.List;

/**
 * What may be set of the gateway itself, under {@code gateway}.
 *
 * @param trustedProxies networks, such as {@code 10.0.0.0/8}, whose word on where a request came
 *     from is taken; that of others is replaced. The front door should be in one
 * @param maxHead the longest head of a request, in bytes; a longer one is 431. 1 KB to 1 MB
 * @param leave how long a gateway that was told to stop goes on as before but for its readiness, so
 *     that the front door leaves it first; 0 to 1 min
 * @param finish how long it may take after that to finish what it has; 0 to 1 h
 */
@ConfigurationProperties("gateway")
public record GatewaySettings(
    @Bindable(defaultValue = "127.0.0.0/8,::1/128") List<String> trustedProxies,
    @Bindable(defaultValue = "16KB") @ReadableBytes int maxHead,
    @Bindable(defaultValue = "2s") Duration leave,
    @Bindable(defaultValue = "25s") Duration finish) {

  public GatewaySettings {
    trustedProxies = List.copyOf(trustedProxies);
    if (maxHead < 1024 || maxHead > 1024 * 1024) {
      throw new IllegalArgumentException(
          "gateway.max-head is " + maxHead + ", but must be from 1KB to 1MB");
    }
    require("gateway.leave", leave, Duration.ZERO, Duration.ofMinutes(1));
    require("gateway.finish", finish, Duration.ZERO, Duration.ofHours(1));
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
