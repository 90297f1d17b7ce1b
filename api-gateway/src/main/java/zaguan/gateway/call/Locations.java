package zaguan.gateway.call;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a response sends the client: an instance that knows neither its prefix nor the public host
 * says its own. Both are put back. Other hosts, relative references, and paths that are below the
 * prefix already are as the instance says.
 *
 * @param prefix of the service's route, without a slash at its end
 * @param address the instance's host and port, which is the Host that it got
 * @param scheme by which the client came
 * @param host the client's word for the front door; null if it said none
 */
record Locations(String prefix, String address, String scheme, @Nullable String host) {

  private static final AsciiString[] FIELDS = {
    HttpHeaderNames.LOCATION, HttpHeaderNames.CONTENT_LOCATION,
  };

  private static final String HTTP = "http://";
  private static final String HTTPS = "https://";

  /** Puts them back into the fields of a response. */
  static void putBack(HttpHeaders response, HttpHeaders request, String prefix, String address) {
    for (AsciiString field : FIELDS) {
      if (response.contains(field)) {
        Locations locations =
            new Locations(prefix, address, Headers.scheme(request), Headers.publicHost(request));
        List<String> values = response.getAll(field);
        response.set(field, values.stream().map(locations::toPublic).toList());
      }
    }
  }

  /**
   * A reference as the client should have it: <a
   * href="https://www.rfc-editor.org/rfc/rfc3986#section-4.1">RFC 3986, 4.1</a>.
   */
  String toPublic(String reference) {
    if (reference.startsWith("//")) {
      return names(reference, 2, ":80") ? rooted("//", reference, 2) : reference;
    }
    if (reference.startsWith("/")) {
      return belowPrefix(reference);
    }
    if (reference.regionMatches(true, 0, HTTP, 0, HTTP.length())) {
      return names(reference, HTTP.length(), ":80")
          ? rooted(scheme + "://", reference, HTTP.length())
          : reference;
    }
    // An instance that believes X-Forwarded-Proto may say so of itself.
    if (reference.regionMatches(true, 0, HTTPS, 0, HTTPS.length())) {
      return names(reference, HTTPS.length(), ":443")
          ? rooted(scheme + "://", reference, HTTPS.length())
          : reference;
    }
    return reference;
  }

  /** Whether the reference names the instance; its port need not be said if it is the scheme's. */
  private boolean names(String reference, int from, String port) {
    int length = endOfAuthority(reference, from) - from;
    if (length == address.length()) {
      return reference.regionMatches(true, from, address, 0, length);
    }
    return address.endsWith(port)
        && length == address.length() - port.length()
        && reference.regionMatches(true, from, address, 0, length);
  }

  private String rooted(String begin, String reference, int from) {
    String path = reference.substring(endOfAuthority(reference, from));
    String below = belowPrefix(path.startsWith("/") ? path : "/" + path);
    return host == null ? below : begin + host + below;
  }

  private String belowPrefix(String path) {
    boolean is =
        path.startsWith(prefix)
            && (path.length() == prefix.length() || endsPart(path.charAt(prefix.length())));
    return is ? path : prefix + path;
  }

  private static int endOfAuthority(String reference, int from) {
    int end = from;
    while (end < reference.length() && !endsPart(reference.charAt(end))) {
      end++;
    }
    return end;
  }

  /** Whether the character ends an authority, or a segment of a path. */
  private static boolean endsPart(char each) {
    return each == '/' || each == '?' || each == '#';
  }
}
