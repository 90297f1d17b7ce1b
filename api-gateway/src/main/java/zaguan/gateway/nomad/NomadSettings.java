package zaguan.gateway.nomad;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import org.jspecify.annotations.Nullable;
import zaguan.discovery.http.Agent;

/**
 * Where services are scaled, under {@code gateway.nomad}.
 *
 * @param address the agent: {@code host:port}, or a URI with {@code http} or {@code https}
 * @param token sent as {@code X-Nomad-Token} where Nomad asks for one; it needs the capabilities
 *     {@code read-job} and {@code scale-job}
 */
@ConfigurationProperties("gateway.nomad")
record NomadSettings(
    @Bindable(defaultValue = NomadSettings.HERE) String address, @Nullable String token) {

  private static final String HERE = "127.0.0.1:4646";

  NomadSettings {
    token = Agent.token("gateway.nomad.token", token, "Nomad");
    address = Agent.address("gateway.nomad.address", address, HERE, "Nomad");
  }
}
