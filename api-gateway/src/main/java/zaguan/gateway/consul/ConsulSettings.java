package zaguan.gateway.consul;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import zaguan.gateway.http.Agent;
import zaguan.gateway.settings.GatewaySettings;

/**
 * How the catalog is kept live, under {@code gateway.consul}.
 *
 * @param address the agent: {@code host:port}, or a URI with {@code http} or {@code https}
 * @param token sent as {@code X-Consul-Token} where Consul asks for one
 * @param longestWait how long Consul may hold a question until there is news; 1 s to 10 min,
 *     Consul's own bound
 * @param settle for how long after an outage of Consul an instance that was healthy before it stays
 *     listed, whatever Consul says: an agent that starts again calls each check critical until it
 *     has run once. 0 to 5 min
 */
@ConfigurationProperties("gateway.consul")
public record ConsulSettings(
    @Bindable(defaultValue = "127.0.0.1:8500") String address,
    @Nullable String token,
    @Bindable(defaultValue = "30s") Duration longestWait,
    @Bindable(defaultValue = "10s") Duration settle) {

  public ConsulSettings {
    GatewaySettings.require(
        "gateway.consul.longest-wait", longestWait, Duration.ofSeconds(1), Duration.ofMinutes(10));
    GatewaySettings.require("gateway.consul.settle", settle, Duration.ZERO, Duration.ofMinutes(5));
    token = Agent.token("gateway.consul.token", token, "Consul");
    address = Agent.address("gateway.consul.address", address, "Consul");
  }
}
