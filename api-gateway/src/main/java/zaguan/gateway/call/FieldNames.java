package zaguan.gateway.call;

import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.AsciiString;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What a field's name means to those that read it. Servers of CGI and WSGI read a hyphen as an
 * underscore, some of them any other character too: to them {@code X_Forwarded_For} is {@code
 * X-Forwarded-For}.
 */
final class FieldNames {

  /** Begins what is said of where a request came from. */
  private static final String ORIGIN = "x-forwarded-";

  /** What the gateway sets, removes or frames by, beside {@link #ORIGIN}; those with a hyphen. */
  private static final Set<String> OWN =
      Set.of(
          "content-length",
          "keep-alive",
          "proxy-connection",
          "transfer-encoding",
          "x-deadline-ms",
          "x-real-ip",
          "x-request-id");

  /**
   * Must be known before the content, or by whoever passes the message on: <a
   * href="https://www.rfc-editor.org/rfc/rfc9110#section-6.5.1">RFC 9110, 6.5.1</a>. Framing,
   * routing, authentication, what modifies the request, what controls the response.
   */
  private static final Set<String> OF_HEAD =
      Set.of(
          "age",
          "allow",
          "alt-svc",
          "authorization",
          "cache-control",
          "clear-site-data",
          "connection",
          "cookie",
          "cookie2",
          "date",
          "expect",
          "expires",
          "forwarded",
          "from",
          "host",
          "http2-settings",
          "keep-alive",
          "location",
          "max-forwards",
          "origin",
          "pragma",
          "prefer",
          "priority",
          "proxy",
          "range",
          "referer",
          "refresh",
          "retry-after",
          "set-cookie",
          "set-cookie2",
          "strict-transport-security",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "user-agent",
          "vary",
          "via",
          "warning",
          "www-authenticate",
          "x-deadline-ms",
          "x-real-ip",
          "x-request-id");

  /** Of the head as well, with what follows. */
  private static final String[] OF_HEAD_BY_PREFIX = {
    "accept", "access-control-", "content-", "if-", "proxy-", "sec-", ORIGIN,
  };

  /** Known only when all the content is: RFC 9530. */
  private static final Set<String> OF_CONTENT = Set.of("content-digest", "content-md5");

  /** Of a byte: whether it is a letter, a digit or a hyphen. */
  private static final boolean[] PLAIN = new boolean[256];

  static {
    for (int each = 0; each < 128; each++) {
      PLAIN[each] = each == '-' || Character.isLetterOrDigit(each);
    }
  }

  private FieldNames() {}

  /**
   * Whether the field says, or seems to say, where a request came from: {@code X-Forwarded-…}, in
   * any case.
   */
  static boolean isOfOrigin(CharSequence name) {
    return AsciiString.regionMatches(name, true, 0, ORIGIN, 0, ORIGIN.length());
  }

  /** Whether some servers take the field for another, which the gateway sets, removes or reads. */
  static boolean isDisguised(CharSequence name) {
    if (isPlain(name)) {
      return false;
    }
    String meant = meant(name);
    return meant.startsWith(ORIGIN) || OWN.contains(meant);
  }

  /** Whether the field may not be in a trailer section. */
  static boolean isOfHead(CharSequence name) {
    String meant = meant(name);
    if (OF_CONTENT.contains(meant)) {
      return false;
    }
    for (String prefix : OF_HEAD_BY_PREFIX) {
      if (meant.startsWith(prefix)) {
        return true;
      }
    }
    return OF_HEAD.contains(meant);
  }

  private static boolean isPlain(CharSequence name) {
    if (name instanceof AsciiString ascii) {
      byte[] bytes = ascii.array();
      int end = ascii.arrayOffset() + ascii.length();
      for (int i = ascii.arrayOffset(); i < end; i++) {
        if (!PLAIN[bytes[i] & 0xff]) {
          return false;
        }
      }
      return true;
    }
    return name.chars().allMatch(each -> each < 256 && PLAIN[each]);
  }

  /** As the least particular server reads it. */
  private static String meant(CharSequence name) {
    StringBuilder meant = new StringBuilder(name);
    for (int i = 0; i < meant.length(); i++) {
      char each = meant.charAt(i);
      if (each >= 256 || !PLAIN[each]) {
        meant.setCharAt(i, '-');
      }
    }
    return meant.toString().toLowerCase(Locale.ROOT);
  }

  /** Takes away what may be in a head only, of the fields behind a body. */
  static void dropFieldsOfHead(HttpContent content) {
    if (content instanceof LastHttpContent last && !last.trailingHeaders().isEmpty()) {
      for (String name : List.copyOf(last.trailingHeaders().names())) {
        if (isOfHead(name)) {
          last.trailingHeaders().remove(name);
        }
      }
    }
  }
}
