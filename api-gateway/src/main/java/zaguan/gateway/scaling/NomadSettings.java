package zaguan.gateway.scaling;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Where services are scaled, under {@code gateway.nomad}.
 *
 * @param address the agent: {@code host:port}, or a URI with {@code http} or {@code https}
 * @param token sent as {@code X-Nomad-Token} where Nomad asks for one; it needs the capabilities
 *     {@code read-job} and {@code scale-job}
 */
@ConfigurationProperties("gateway.nomad")
record NomadSettings(
    @Bindable(defaultValue = "127.0.0.1:4646") String address, @Nullable String token) {

  NomadSettings {
    token = token == null || token.isBlank() ? null : token.strip();
    if (token != null && !token.chars().allMatch(c -> c > ' ' && c < 127)) {
      throw new IllegalArgumentException(
          "gateway.nomad.token has characters that no token of Nomad has");
    }
    URI uri = URI.create(address.contains("://") ? address : "http://" + address);
    if (uri.getHost() == null || uri.getPort() < 0) {
      throw new IllegalArgumentException(
          "gateway.nomad.address is \"" + address + "\", but must be host:port of a Nomad agent");
    }
    address = uri.toString();
  }
}
