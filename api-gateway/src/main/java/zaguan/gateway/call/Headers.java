package zaguan.gateway.call;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValidationUtil;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http2.HttpConversionUtil;
import io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import zaguan.discovery.balancing.DeadlineField;

/** What a proxy must not pass on, and what it adds. Fields are moved: the message is the same. */
final class Headers {

  /**
   * Ends with its connection: <a href="https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1">RFC
   * 9110, 7.6.1</a>.
   */
  private static final AsciiString[] HOP_BY_HOP = {
    HttpHeaderNames.CONNECTION,
    AsciiString.cached("keep-alive"),
    AsciiString.cached("proxy-connection"),
    HttpHeaderNames.TE,
    HttpHeaderNames.UPGRADE,
  };

  /** What Netty tells of an HTTP/2 stream. */
  private static final AsciiString[] OF_STREAM = {
    HttpConversionUtil.ExtensionHeaderNames.STREAM_ID.text(),
    HttpConversionUtil.ExtensionHeaderNames.SCHEME.text(),
    HttpConversionUtil.ExtensionHeaderNames.PATH.text(),
    HttpConversionUtil.ExtensionHeaderNames.STREAM_WEIGHT.text(),
    HttpConversionUtil.ExtensionHeaderNames.STREAM_DEPENDENCY_ID.text(),
  };

  static final AsciiString DEADLINE = AsciiString.cached(DeadlineField.NAME);

  private static final AsciiString FORWARDED = AsciiString.cached("forwarded");
  private static final AsciiString FOR = AsciiString.cached("x-forwarded-for");
  private static final AsciiString PROTO = AsciiString.cached("x-forwarded-proto");
  private static final AsciiString FORWARDED_HOST = AsciiString.cached("x-forwarded-host");
  private static final AsciiString PREFIX = AsciiString.cached("x-forwarded-prefix");

  /** Some frameworks believe it too. */
  private static final AsciiString REAL_IP = AsciiString.cached("x-real-ip");

  /** CGI makes of it the variable that names a proxy for outgoing requests (CVE-2016-5385). */
  private static final AsciiString PROXY = AsciiString.cached("proxy");

  private static final String HTTP = "http";

  /** Of the gateway, in Via. */
  private static final String PSEUDONYM = " zaguan";

  private static final AsciiString VIA_1_1 = AsciiString.cached("1.1" + PSEUDONYM);

  private Headers() {}

  /** The protocol that the client wants to change to, or null. */
  static @Nullable String upgrade(HttpRequest request) {
    String protocol = request.headers().get(HttpHeaderNames.UPGRADE);
    return protocol != null
            && request
                .headers()
                .containsValue(HttpHeaderNames.CONNECTION, HttpHeaderNames.UPGRADE, true)
            // Not to HTTP/2: a client that knows it of the gateway may begin with it.
            && !protocol.toLowerCase(Locale.ROOT).contains("h2c")
        ? protocol
        : null;
  }

  /**
   * @param prefix that the instance does not see; empty if the service was called by its name
   * @param id of the request
   * @param peer who sent it, as an address
   * @param trusted whether the peer's word on where it came from is taken
   */
  static void toInstance(
      HttpRequest request, String prefix, String id, String peer, boolean trusted, boolean http2) {
    HttpHeaders headers = request.headers();
    removeHopByHop(headers);
    removeMisleading(headers, trusted);
    if (http2) {
      for (AsciiString name : OF_STREAM) {
        headers.remove(name);
      }
    }
    headers.add(HttpHeaderNames.VIA, http2 ? "2.0" + PSEUDONYM : via(request));
    request.setProtocolVersion(HttpVersion.HTTP_1_1);
    setIfNotSaid(headers, FOR, peer);
    setIfNotSaid(headers, PROTO, HTTP);
    // HTTP/1.0 need not say it.
    setIfNotSaid(headers, FORWARDED_HOST, headers.get(HttpHeaderNames.HOST));
    if (prefix.isEmpty()) {
      headers.remove(PREFIX);
    } else {
      headers.set(PREFIX, prefix);
    }
    headers.set(FORWARDED, forwarded(headers));
    headers.set(RequestIds.FIELD, id);
  }

  /**
   * @param id of the request
   */
  static void toClient(HttpResponse response, String id) {
    HttpHeaders headers = response.headers();
    removeHopByHop(headers);
    headers.add(HttpHeaderNames.VIA, via(response));
    headers.set(RequestIds.FIELD, id);
  }

  /** The scheme that the client used, of a request on its way to an instance. */
  static String scheme(HttpHeaders headers) {
    return "https".equalsIgnoreCase(first(headers, PROTO)) ? "https" : HTTP;
  }

  /** The host that the client asked for, of a request on its way to an instance. */
  static @Nullable String publicHost(HttpHeaders headers) {
    String host = first(headers, FORWARDED_HOST);
    return host.isEmpty() ? null : host;
  }

  /** What only the gateway, or a trusted proxy, may say, under its own name or in disguise. */
  private static void removeMisleading(HttpHeaders headers, boolean trusted) {
    List<CharSequence> misleading = null;
    Iterator<Map.Entry<CharSequence, CharSequence>> fields = headers.iteratorCharSequence();
    while (fields.hasNext()) {
      CharSequence name = fields.next().getKey();
      if ((!trusted && FieldNames.isOfOrigin(name)) || FieldNames.isDisguised(name)) {
        misleading = misleading == null ? new ArrayList<>() : misleading;
        misleading.add(name);
      }
    }
    if (misleading != null) {
      misleading.forEach(headers::remove);
    }
    if (!trusted) {
      headers.remove(REAL_IP);
    }
    headers.remove(PROXY);
  }

  private static void setIfNotSaid(HttpHeaders headers, AsciiString name, @Nullable String value) {
    String said = headers.get(name);
    if (said != null && !said.isEmpty()) {
      return;
    }
    if (value == null) {
      headers.remove(name);
    } else {
      headers.set(name, value);
    }
  }

  private static void removeHopByHop(HttpHeaders headers) {
    List<String> named = headers.getAll(HttpHeaderNames.CONNECTION);
    for (int i = 0; i < named.size(); i++) {
      String value = named.get(i);
      if (value.equalsIgnoreCase("keep-alive") || value.equalsIgnoreCase("close")) {
        continue;
      }
      for (String name : value.split(",", -1)) {
        String stripped = name.strip();
        if (!stripped.isEmpty() && !isFraming(stripped) && !isOfFrontDoor(stripped)) {
          headers.remove(stripped);
        }
      }
    }
    for (AsciiString name : HOP_BY_HOP) {
      headers.remove(name);
    }
  }

  /** Naming them in Connection must not unframe a message. */
  private static boolean isFraming(String name) {
    return HttpHeaderNames.CONTENT_LENGTH.contentEqualsIgnoreCase(name)
        || HttpHeaderNames.TRANSFER_ENCODING.contentEqualsIgnoreCase(name)
        || HttpHeaderNames.HOST.contentEqualsIgnoreCase(name);
  }

  /** Nor may it remove what the front door has said of the client. */
  private static boolean isOfFrontDoor(String name) {
    return FieldNames.isOfOrigin(name) || REAL_IP.contentEqualsIgnoreCase(name);
  }

  private static CharSequence via(HttpMessage message) {
    return message.protocolVersion().minorVersion() == 1 ? VIA_1_1 : "1.0" + PSEUDONYM;
  }

  /** <a href="https://www.rfc-editor.org/rfc/rfc7239">RFC 7239</a>, of the first address. */
  private static String forwarded(HttpHeaders headers) {
    StringBuilder value = new StringBuilder(64).append("for=");
    appendNode(value, first(headers, FOR));
    String host = first(headers, FORWARDED_HOST);
    if (!host.isEmpty()) {
      appendQuoted(value.append(";host="), "", host, "");
    }
    appendWord(value.append(";proto="), first(headers, PROTO));
    return value.toString();
  }

  /** The first of a list, as the proxy next to the client says it; empty if there is none. */
  private static String first(HttpHeaders headers, AsciiString name) {
    String list = headers.get(name, "");
    int comma = list.indexOf(',');
    return comma < 0 ? list : list.substring(0, comma).strip();
  }

  /** An address, which needs brackets if it is one of IPv6; a proxy may have said its port. */
  private static void appendNode(StringBuilder to, String address) {
    int colon = address.indexOf(':');
    if (address.isEmpty()) {
      to.append("unknown");
    } else if (colon >= 0 && address.indexOf(':', colon + 1) >= 0 && address.charAt(0) != '[') {
      appendQuoted(to, "[", address, "]");
    } else {
      appendWord(to, address);
    }
  }

  private static void appendWord(StringBuilder to, String word) {
    if (word.isEmpty() || HttpHeaderValidationUtil.validateToken(word) >= 0) {
      appendQuoted(to, "", word, "");
    } else {
      to.append(word);
    }
  }

  private static void appendQuoted(StringBuilder to, String before, String text, String after) {
    to.append('"').append(before);
    for (int i = 0; i < text.length(); i++) {
      char each = text.charAt(i);
      if (each == '"' || each == '\\') {
        to.append('\\');
      }
      to.append(each);
    }
    to.append(after).append('"');
  }
}
