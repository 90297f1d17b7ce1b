package zaguan.gateway.call;

import io.netty.util.NetUtil;

/**
 * A host and perhaps a port, as in a URI, <a
 * href="https://www.rfc-editor.org/rfc/rfc3986#section-3.2">RFC 3986, 3.2</a>; never a user, a path
 * or a list.
 */
final class Authority {

  private static final int MOST_PORT = 65_535;

  private Authority() {}

  /** Whether the text is an authority with a host. */
  static boolean isOne(String text) {
    int port = text.startsWith("[") ? text.indexOf(']') + 1 : nameEnd(text);
    return port > 0
        && (text.charAt(0) != '[' || NetUtil.isValidIpV6Address(text.substring(1, port - 1)))
        && isPort(text, port);
  }

  private static int nameEnd(String text) {
    int next = 0;
    while (next < text.length() && isInName(text, next)) {
      next++;
    }
    return next;
  }

  private static boolean isInName(String text, int at) {
    char each = text.charAt(at);
    return (each >= 'a' && each <= 'z')
        || (each >= '0' && each <= '9')
        || (each >= 'A' && each <= 'Z')
        || "-._~!$&'()*+;=".indexOf(each) >= 0
        || (each == '%' && isHex(text, at + 1) && isHex(text, at + 2));
  }

  private static boolean isHex(String text, int at) {
    return at < text.length()
        && text.charAt(at) < 0x80
        && Character.digit(text.charAt(at), 16) >= 0;
  }

  /** Nothing, or a colon and a number, which may be missing. */
  private static boolean isPort(String text, int from) {
    if (from == text.length()) {
      return true;
    }
    int port = 0;
    for (int i = from + 1; i < text.length() && port <= MOST_PORT; i++) {
      char each = text.charAt(i);
      if (each < '0' || each > '9') {
        return false;
      }
      port = 10 * port + each - '0';
    }
    return text.charAt(from) == ':' && port <= MOST_PORT;
  }
}
