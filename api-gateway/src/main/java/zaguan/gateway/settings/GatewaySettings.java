package zaguan.gateway.settings;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.annotation.Introspected;
import io.micronaut.core.bind.annotation.Bindable;
import io.micronaut.core.convert.format.ReadableBytes;
import java.time.Duration;
import java.util.List;

/**
 * What may be set of the gateway itself, under {@code gateway}.
 *
 * @param trustedProxies networks, such as {@code 10.0.0.0/8}, whose word on where a request came
 *     from is taken; that of others is replaced. The front door should be in one
 * @param maxHead the longest head of a request, in bytes; a longer one is 431
 * @param leave how long a gateway that was told to stop goes on as before but for its readiness, so
 *     that the front door leaves it first
 * @param finish how long it may take after that to finish what it has
 */
@Introspected
@ConfigurationProperties("gateway")
public record GatewaySettings(
    @Bindable(defaultValue = "127.0.0.0/8,::1/128") List<String> trustedProxies,
    @Bindable(defaultValue = "16KB") @ReadableBytes @Within(least = "1KB", most = "1MB")
        int maxHead,
    @Bindable(defaultValue = "2s") @Within(least = "0", most = "1m") Duration leave,
    @Bindable(defaultValue = "25s") @Within(least = "0", most = "1h") Duration finish) {

  private static final Declared<GatewaySettings> DECLARED = Declared.by(GatewaySettings.class);

  public GatewaySettings {
    DECLARED.require(trustedProxies, maxHead, leave, finish);
    trustedProxies = List.copyOf(trustedProxies);
  }
}
