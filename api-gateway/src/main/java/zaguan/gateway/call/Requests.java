package zaguan.gateway.call;

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
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What is read of a request before it is sent anywhere. */
public final class Requests {

  /** The target of OPTIONS that asks of the gateway, and of no path. */
  private static final String ALL = "*";

  private static final String HTTP = "http://";
  private static final String HTTPS = "https://";
  private static final Pattern NUMBER = Pattern.compile("[0-9]+");

  /** What a larger number is read as. */
  private static final int MOST_FORWARDS = 1000;

  /** A segment of one or two dots, encoded or not. */
  private static final Pattern DOTS = Pattern.compile("(?i)/(\\.|%2e){1,2}(/|%2f|$)");

  private Requests() {}

  /** Why the request must not be served, or null. */
  static @Nullable Outcome fault(HttpRequest request) {
    DecoderResult result = request.decoderResult();
    if (result.isFailure()) {
      return undecodable(result.cause());
    }
    HttpVersion version = request.protocolVersion();
    if (version.majorVersion() != 1) {
      return new Outcome.VersionNotSupported(version.text());
    }
    HttpHeaders headers = request.headers();
    List<String> hosts = headers.getAll(HttpHeaderNames.HOST);
    if (hosts.size() > 1) {
      return new Outcome.Malformed("it has several Host fields");
    }
    if (hosts.isEmpty() && version.minorVersion() == 1) {
      return new Outcome.Malformed("it has no Host field");
    }
    if (!hosts.isEmpty() && !Authority.isOne(hosts.getFirst())) {
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
    return targetFault(request);
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
   * The target as origin-form, or {@code *}. A client may send it with scheme and authority, as to
   * a proxy; that authority replaces Host: <a
   * href="https://www.rfc-editor.org/rfc/rfc9112#section-3.2.2">RFC 9112, 3.2.2</a>.
   */
  static String originForm(HttpRequest request) {
    String uri = request.uri();
    int authority = authority(uri);
    if (authority < 0) {
      return uri;
    }
    int end = authorityEnd(uri, authority);
    request.headers().set(HttpHeaderNames.HOST, uri.substring(authority, end));
    if (end == uri.length()) {
      return request.method().equals(HttpMethod.OPTIONS) ? ALL : "/";
    }
    return uri.charAt(end) == '?' ? "/" + uri.substring(end) : uri.substring(end);
  }

  /**
   * Why the gateway answers the request itself, or null. One that may be passed on has been so once
   * more: <a href="https://www.rfc-editor.org/rfc/rfc9110#section-7.6.2">RFC 9110, 7.6.2</a>.
   *
   * @param request its target is as {@link #originForm}
   */
  static @Nullable Outcome forGateway(HttpRequest request) {
    HttpMethod method = request.method();
    if (method.equals(HttpMethod.TRACE)) {
      return new Outcome.NotAllowed(method.name());
    }
    if (!method.equals(HttpMethod.OPTIONS)) {
      return null;
    }
    if (request.uri().equals(ALL)) {
      return new Outcome.Options();
    }
    List<String> forwards = request.headers().getAll(HttpHeaderNames.MAX_FORWARDS);
    if (forwards.isEmpty()) {
      return null;
    }
    if (forwards.size() > 1 || !NUMBER.matcher(forwards.getFirst()).matches()) {
      return new Outcome.Malformed("its Max-Forwards is no number");
    }
    int left = atMost(forwards.getFirst(), MOST_FORWARDS);
    if (left == 0) {
      return new Outcome.Options();
    }
    request.headers().set(HttpHeaderNames.MAX_FORWARDS, left - 1);
    return null;
  }

  private static int atMost(String number, int most) {
    int value = 0;
    for (int i = 0; i < number.length() && value < most; i++) {
      value = 10 * value + number.charAt(i) - '0';
    }
    return Math.min(value, most);
  }

  /** Whether the body may be read to its end for nothing. */
  public static boolean bodyIsAtMost(HttpRequest request, int bytes) {
    return !HttpUtil.isTransferEncodingChunked(request)
        && !request.headers().contains(HttpHeaderNames.EXPECT)
        && (!HttpUtil.isContentLengthSet(request) || HttpUtil.getContentLength(request) <= bytes);
  }

  static String path(String uri) {
    int query = uri.indexOf('?');
    return query < 0 ? uri : uri.substring(0, query);
  }

  static boolean hasDotSegments(String path) {
    return (path.indexOf('.') >= 0 || path.indexOf('%') >= 0) && DOTS.matcher(path).find();
  }

  private static @Nullable Outcome targetFault(HttpRequest request) {
    String uri = request.uri();
    int query = uri.length();
    for (int i = 0; i < uri.length(); i++) {
      char each = uri.charAt(i);
      // Some read a backslash as a slash; browsers send it in queries as it is.
      if (each <= ' ' || each >= 0x7f || each == '#' || (each == '\\' && i < query)) {
        return new Outcome.Malformed("its target has a character that must be encoded");
      }
      if (each == '?') {
        query = Math.min(i, query);
      }
    }
    if (uri.startsWith("/")) {
      return null;
    }
    if (uri.equals(ALL)) {
      return request.method().equals(HttpMethod.OPTIONS)
          ? null
          : new Outcome.Malformed("its target is *, which is for OPTIONS only");
    }
    int authority = authority(uri);
    if (authority < 0) {
      return new Outcome.Malformed("its target is no path");
    }
    return Authority.isOne(uri.substring(authority, authorityEnd(uri, authority)))
        ? null
        : new Outcome.Malformed("its target names no host");
  }

  /** Where the authority begins in a target that is a URI; less than 0 in another. */
  private static int authority(String uri) {
    if (uri.startsWith("/")) {
      return -1;
    }
    if (uri.regionMatches(true, 0, HTTP, 0, HTTP.length())) {
      return HTTP.length();
    }
    return uri.regionMatches(true, 0, HTTPS, 0, HTTPS.length()) ? HTTPS.length() : -1;
  }

  private static int authorityEnd(String uri, int start) {
    int end = start;
    while (end < uri.length() && uri.charAt(end) != '/' && uri.charAt(end) != '?') {
      end++;
    }
    return end;
  }
}
