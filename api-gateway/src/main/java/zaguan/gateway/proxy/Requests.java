package zaguan.gateway.proxy;

import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What is read of a request before it is sent anywhere. */
final class Requests {

  /** <a href="https://www.rfc-editor.org/rfc/rfc9110#section-9.2.2">RFC 9110, 9.2.2</a>. */
  private static final Set<HttpMethod> IDEMPOTENT =
      Set.of(
          HttpMethod.GET,
          HttpMethod.HEAD,
          HttpMethod.PUT,
          HttpMethod.DELETE,
          HttpMethod.OPTIONS,
          HttpMethod.TRACE);

  /** A host and perhaps a port, as in RFC 3986; never a user, a path or a list. */
  private static final Pattern HOST =
      Pattern.compile("([A-Za-z0-9._~!$&'()*+;=%-]*|\\[[0-9A-Za-z:.%]+])(:[0-9]*)?");

  /** A segment of one or two dots, encoded or not. */
  private static final Pattern DOTS = Pattern.compile("(?i)/(\\.|%2e){1,2}(/|%2f|$)");

  private Requests() {}

  static boolean idempotent(HttpMethod method) {
    return IDEMPOTENT.contains(method);
  }

  /**
   * <a href="https://www.rfc-editor.org/rfc/rfc9110#section-9.2.1">RFC 9110, 9.2.1</a>, but for
   * TRACE.
   */
  static boolean safe(HttpMethod method) {
    return method.equals(HttpMethod.GET)
        || method.equals(HttpMethod.HEAD)
        || method.equals(HttpMethod.OPTIONS);
  }

  /** Why the request must not be served, or null. */
  static @Nullable Outcome fault(HttpRequest request) {
    DecoderResult result = request.decoderResult();
    if (result.isFailure()) {
      return undecodable(result.cause());
    }
    HttpVersion version = request.protocolVersion();
    if (version.majorVersion() != 1 || version.minorVersion() > 1) {
      return new Outcome.Malformed("its version is " + version + ", which is none of HTTP/1.x");
    }
    HttpHeaders headers = request.headers();
    List<String> hosts = headers.getAll(HttpHeaderNames.HOST);
    if (hosts.size() > 1) {
      return new Outcome.Malformed("it has several Host fields");
    }
    if (hosts.isEmpty() && version.minorVersion() == 1) {
      return new Outcome.Malformed("it has no Host field");
    }
    if (!hosts.isEmpty() && !HOST.matcher(hosts.getFirst()).matches()) {
      return new Outcome.Malformed("its Host field names no host");
    }
    List<String> codings = headers.getAll(HttpHeaderNames.TRANSFER_ENCODING);
    if (!codings.isEmpty()) {
      if (codings.size() > 1
          || !HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(codings.getFirst())) {
        return new Outcome.Malformed("its Transfer-Encoding is not chunked, once");
      }
      if (headers.contains(HttpHeaderNames.CONTENT_LENGTH)) {
        return new Outcome.Malformed("it has both Content-Length and Transfer-Encoding");
      }
    }
    if (request.method().equals(HttpMethod.CONNECT)) {
      return new Outcome.NotImplemented("CONNECT");
    }
    return targetFault(request.uri());
  }

  /** What Netty could not read. */
  static Outcome undecodable(Throwable cause) {
    if (cause instanceof TooLongHttpHeaderException || cause instanceof TooLongHttpLineException) {
      return new Outcome.HeadTooLarge();
    }
    String reason = cause.getMessage();
    return new Outcome.Malformed(reason == null ? "it cannot be read" : reason);
  }

  /**
   * The target as origin-form: without scheme and authority, which a client may send as to a proxy.
   */
  static String originForm(String uri) {
    if (uri.startsWith("/") || uri.equals("*")) {
      return uri;
    }
    int authority = uri.indexOf("://");
    int path = authority < 0 ? -1 : uri.indexOf('/', authority + 3);
    int query = authority < 0 ? -1 : uri.indexOf('?', authority + 3);
    if (query >= 0 && (path < 0 || query < path)) {
      return "/" + uri.substring(query);
    }
    return path < 0 ? "/" : uri.substring(path);
  }

  /** Whether the body may be read to its end for nothing. */
  static boolean bodyIsAtMost(HttpRequest request, int bytes) {
    return !HttpUtil.isTransferEncodingChunked(request)
        && !request.headers().contains(HttpHeaderNames.EXPECT)
        && (!HttpUtil.isContentLengthSet(request) || HttpUtil.getContentLength(request) <= bytes);
  }

  static String path(String uri) {
    int query = uri.indexOf('?');
    return query < 0 ? uri : uri.substring(0, query);
  }

  static boolean leaves(String path) {
    return (path.indexOf('.') >= 0 || path.indexOf('%') >= 0) && DOTS.matcher(path).find();
  }

  private static @Nullable Outcome targetFault(String uri) {
    for (int i = 0; i < uri.length(); i++) {
      char each = uri.charAt(i);
      if (each <= ' ' || each >= 0x7f || each == '#') {
        return new Outcome.Malformed("its target has a character that must be encoded");
      }
    }
    boolean absolute = uri.startsWith("http://") || uri.startsWith("https://");
    return uri.startsWith("/") || uri.equals("*") || absolute
        ? null
        : new Outcome.Malformed("its target is no path");
  }
}
