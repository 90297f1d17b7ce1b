package zaguan.gateway.proxy;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.MutableHttpHeaders;
import java.util.List;
import java.util.Locale;

/** What a proxy must not pass on, and what it adds. */
final class Headers {

  /**
   * They speak of one connection, and end with it: <a
   * href="https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1">RFC 9110, 7.6.1</a>. Not
   * Transfer-Encoding: the server and the client below frame by it, each for its own connection.
   */
  private static final List<String> HOP_BY_HOP =
      List.of("Connection", "Keep-Alive", "Proxy-Connection", "TE", "Upgrade");

  private Headers() {}

  static boolean asksToClose(HttpRequest<?> request) {
    return request.getHeaders().getAll(HttpHeaders.CONNECTION).stream()
        .anyMatch(value -> value.toLowerCase(Locale.ROOT).contains("close"));
  }

  static void removeHopByHop(MutableHttpHeaders headers) {
    for (String value : headers.getAll(HttpHeaders.CONNECTION)) {
      for (String name : value.split(",", -1)) {
        if (!name.isBlank() && !isFraming(name.strip())) {
          headers.remove(name.strip());
        }
      }
    }
    HOP_BY_HOP.forEach(headers::remove);
  }

  /** From where and for what the request came, unless the front door has said so. */
  static void addForwarded(HttpRequest<?> request, MutableHttpHeaders headers, String prefix) {
    if (!headers.contains("X-Forwarded-For")) {
      headers.set("X-Forwarded-For", request.getRemoteAddress().getAddress().getHostAddress());
      headers.set("X-Forwarded-Proto", request.isSecure() ? "https" : "http");
      String host = headers.get(HttpHeaders.HOST); // HTTP/1.0 need not say it.
      if (host != null) {
        headers.set("X-Forwarded-Host", host);
      }
    }
    headers.set("X-Forwarded-Prefix", prefix);
  }

  /** Naming them in Connection must not unframe a message. */
  private static boolean isFraming(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.equals("content-length") || lower.equals("transfer-encoding");
  }
}
