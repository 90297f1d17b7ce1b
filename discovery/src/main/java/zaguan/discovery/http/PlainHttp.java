package zaguan.discovery.http;

import java.net.URI;

/** URIs of what the gateway asks without TLS: the one place that knows their scheme. */
public final class PlainHttp {

  private static final String SCHEME = "http://";

  private PlainHttp() {}

  /**
   * @param authority {@code host:port}
   * @param path begins with a slash, or is empty
   * @throws IllegalArgumentException if that makes no URI
   */
  public static URI uri(String authority, String path) {
    return URI.create(SCHEME + authority + path);
  }

  /**
   * @param host a name or an address, also one of IPv6
   * @throws IllegalArgumentException if that makes no URI
   */
  public static URI uri(String host, int port, String path) {
    return uri((host.contains(":") ? "[" + host + "]" : host) + ":" + port, path);
  }
}
