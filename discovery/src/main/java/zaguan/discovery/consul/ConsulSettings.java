package zaguan.discovery.consul;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.annotation.Introspected;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import zaguan.discovery.http.Agent;
import zaguan.discovery.settings.Declared;
import zaguan.discovery.settings.Within;

/**
 * How the catalog is kept live, under {@code discovery.consul}.
 *
 * @param address the agent: {@code host:port}, or a URI with {@code http} or {@code https}
 * @param token sent as {@code X-Consul-Token} where Consul asks for one
 * @param longestWait how long Consul may hold a question until there is news, up to Consul's own
 *     bound
 * @param settle for how long after an outage of Consul an instance that was healthy before it stays
 *     listed, whatever Consul says: an agent that starts again calls each check critical until it
 *     has run once
 */
@Introspected
@ConfigurationProperties("discovery.consul")
public record ConsulSettings(
    @Bindable(defaultValue = ConsulSettings.HERE) String address,
    @Nullable String token,
    @Bindable(defaultValue = "30s") @Within(least = "1s", most = "10m") Duration longestWait,
    @Bindable(defaultValue = "10s") @Within(least = "0", most = "5m") Duration settle) {

  private static final String HERE = "127.0.0.1:8500";
  private static final Declared<ConsulSettings> DECLARED = Declared.by(ConsulSettings.class);

  public ConsulSettings {
    DECLARED.require(address, token, longestWait, settle);
    token = Agent.token("discovery.consul.token", token, "Consul");
    address = Agent.address("discovery.consul.address", address, HERE, "Consul");
  }
}
