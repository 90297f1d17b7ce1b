package zaguan.gateway.settings;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.annotation.Introspected;
import io.micronaut.core.bind.annotation.Bindable;
import io.micronaut.core.convert.format.ReadableBytes;
import java.time.Duration;
import java.util.List;
import zaguan.discovery.settings.Declared;
import zaguan.discovery.settings.Within;

/**
 * The settings of the gateway itself, under {@code gateway}.
 *
 * @param trustedProxies networks, such as {@code 10.0.0.0/8}, whose forwarding fields are believed;
 *     those of other clients are replaced. The front door should be in one of them
 * @param maxHead the longest head of a request, in bytes; a longer head is answered 431
 * @param leave how long a gateway that was told to stop says that it is not ready and serves on, so
 *     that the front door leaves it first
 * @param finish how long it may then take to finish the requests that it has
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
