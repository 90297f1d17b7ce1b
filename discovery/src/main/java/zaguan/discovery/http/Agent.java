package zaguan.discovery.http;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/** The settings of an agent, Consul's or Nomad's: its address and its token. */
public final class Agent {

  private Agent() {}

  /**
   * A token as it is sent; null for none. White space around it is dropped, such as the line end of
   * a token from a file. A token that no header can hold is refused, and not shown.
   *
   * @param name the property
   * @param whose such as Consul
   * @throws IllegalArgumentException naming the property
   */
  public static @Nullable String token(String name, @Nullable String value, String whose) {
    String token = value == null || value.isBlank() ? null : value.strip();
    if (token != null && !token.chars().allMatch(c -> c > ' ' && c < 127)) {
      throw new IllegalArgumentException(
          name + " has characters that no token of " + whose + " has");
    }
    return token;
  }

  /**
   * The address of an agent as a URI.
   *
   * @param name the property
   * @param set {@code host:port}, or a URI; blank for the default, as the agents' own commands take
   *     a variable that is there and empty
   * @param whose such as Consul
   * @throws IllegalArgumentException naming the property and the value
   */
  public static String address(String name, String set, String otherwise, String whose) {
    String value = set.isBlank() ? otherwise : set;
    URI uri = value.contains("://") ? URI.create(value) : PlainHttp.uri(value, "");
    if (uri.getHost() == null || uri.getPort() < 0) {
      throw new IllegalArgumentException(
          name + " is \"" + value + "\", but must be host:port of a " + whose + " agent");
    }
    return uri.toString();
  }

  /**
   * Whether it is asked by {@code https}.
   *
   * @param address as {@link #address} returned it
   */
  public static boolean isTls(String address) {
    return "https".equalsIgnoreCase(URI.create(address).getScheme());
  }
}
