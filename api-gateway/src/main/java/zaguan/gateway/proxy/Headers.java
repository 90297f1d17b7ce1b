package zaguan.gateway.proxy;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http2.HttpConversionUtil;
import io.netty.util.AsciiString;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

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

  private static final AsciiString FORWARDED = AsciiString.cached("forwarded");
  private static final AsciiString FOR = AsciiString.cached("x-forwarded-for");
  private static final AsciiString PROTO = AsciiString.cached("x-forwarded-proto");
  private static final AsciiString FORWARDED_HOST = AsciiString.cached("x-forwarded-host");
  private static final AsciiString PREFIX = AsciiString.cached("x-forwarded-prefix");

  /** Some frameworks believe these too. */
  private static final AsciiString[] ALSO_BELIEVED = {
    AsciiString.cached("x-forwarded-port"),
    AsciiString.cached("x-forwarded-server"),
    AsciiString.cached("x-forwarded-ssl"),
    AsciiString.cached("x-forwarded-scheme"),
    AsciiString.cached("x-real-ip"),
  };

  private static final String OF_ORIGIN = "x-forwarded-";

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
   * @param peer who sent it, as an address
   * @param trusted whether the peer's word on where it came from is taken
   */
  static void toInstance(
      HttpRequest request, String prefix, String peer, boolean trusted, boolean http2) {
    HttpHeaders headers = request.headers();
    removeHopByHop(headers);
    if (http2) {
      for (AsciiString name : OF_STREAM) {
        headers.remove(name);
      }
    }
    headers.add(HttpHeaderNames.VIA, http2 ? "2.0" + PSEUDONYM : via(request));
    request.setProtocolVersion(HttpVersion.HTTP_1_1);
    String client = trusted ? headers.get(FOR) : null;
    if (client == null) {
      client = peer;
      headers.set(FOR, peer);
      headers.set(PROTO, "http");
      String host = headers.get(HttpHeaderNames.HOST); // HTTP/1.0 need not say it.
      if (host == null) {
        headers.remove(FORWARDED_HOST);
      } else {
        headers.set(FORWARDED_HOST, host);
      }
      for (AsciiString name : ALSO_BELIEVED) {
        headers.remove(name);
      }
    }
    headers.set(PREFIX, prefix);
    headers.set(FORWARDED, forwarded(client, headers.get(PROTO), headers.get(FORWARDED_HOST)));
  }

  static void toClient(HttpResponse response) {
    HttpHeaders headers = response.headers();
    removeHopByHop(headers);
    headers.add(HttpHeaderNames.VIA, via(response));
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
        if (!stripped.isEmpty() && !isFraming(stripped) && !isOfOrigin(stripped)) {
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
  private static boolean isOfOrigin(String name) {
    return name.regionMatches(true, 0, OF_ORIGIN, 0, OF_ORIGIN.length());
  }

  private static CharSequence via(HttpMessage message) {
    return message.protocolVersion().minorVersion() == 1 ? VIA_1_1 : "1.0" + PSEUDONYM;
  }

  /** <a href="https://www.rfc-editor.org/rfc/rfc7239">RFC 7239</a>, of the first address. */
  private static String forwarded(String client, @Nullable String proto, @Nullable String host) {
    int comma = client.indexOf(',');
    String first = comma < 0 ? client : client.substring(0, comma).strip();
    StringBuilder value = new StringBuilder(64).append("for=");
    if (first.indexOf(':') < 0) {
      value.append(first);
    } else {
      value.append("\"[").append(first).append("]\"");
    }
    if (host != null) {
      value.append(";host=\"").append(host).append('"');
    }
    if (proto != null) {
      value.append(";proto=").append(proto);
    }
    return value.toString();
  }
}
