package zaguan.gateway.transport;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where a response ends: said once, in one way, or not at all. <a
 * href="https://www.rfc-editor.org/rfc/rfc9112#section-6">RFC 9112, 6</a>.
 */
final class ResponseFraming {

  private ResponseFraming() {}

  /**
   * Why it cannot be said where the response ends, or null.
   *
   * @param lengths how many Content-Length fields came; by now there is one at most
   */
  static @Nullable String fault(HttpRequest request, HttpResponse response, int lengths) {
    HttpHeaders headers = response.headers();
    if (lengths > 1) {
      return "it has several Content-Length fields";
    }
    boolean coded = headers.contains(HttpHeaderNames.TRANSFER_ENCODING);
    if (coded) {
      List<String> codings = headers.getAll(HttpHeaderNames.TRANSFER_ENCODING);
      if (codings.size() > 1
          || !HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(codings.getFirst())) {
        return "its Transfer-Encoding is not chunked, once";
      }
      if (lengths > 0) {
        return "it has both Content-Length and Transfer-Encoding";
      }
      if (response.protocolVersion().equals(HttpVersion.HTTP_1_0)) {
        return "it has Transfer-Encoding, in HTTP/1.0";
      }
    }
    return response.status().code() < HttpResponseStatus.OK.code()
        ? interimFault(request, response, coded, lengths > 0)
        : null;
  }

  /** What follows it would be its body to some, and the response itself to others. */
  private static @Nullable String interimFault(
      HttpRequest request, HttpResponse response, boolean coded, boolean sized) {
    if (response.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS)) {
      return coded || sized
          ? "it switches protocols, and has a body"
          : upgradeFault(request, response);
    }
    return coded || (sized && !"0".equals(response.headers().get(HttpHeaderNames.CONTENT_LENGTH)))
        ? "it is an interim response, and has a body"
        : null;
  }

  /** Whether it switches to what the client asked for, and nothing else. */
  private static @Nullable String upgradeFault(HttpRequest request, HttpResponse response) {
    List<String> asked = protocols(request.headers());
    List<String> switched = protocols(response.headers());
    return switched.isEmpty() || !asked.containsAll(switched)
        ? "it switches to another protocol than was asked"
        : null;
  }

  private static List<String> protocols(HttpHeaders headers) {
    String all = String.join(",", headers.getAll(HttpHeaderNames.UPGRADE));
    return all.isBlank()
        ? List.of()
        : List.of(all.toLowerCase(Locale.ROOT).strip().split("\\s*,\\s*", -1));
  }
}
