package zaguan.gateway.transport;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValidationUtil;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpScheme;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2StreamFrame;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import io.netty.util.AsciiString;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A stream of HTTP/2 as messages of HTTP: Netty's, and stricter. What is malformed by <a
 * href="https://www.rfc-editor.org/rfc/rfc9113#section-8.3.1">RFC 9113, 8.3.1</a> is an error of
 * the stream. That a request has all its pseudo-fields, and each once, was seen before.
 */
final class StreamCodec extends Http2StreamFrameToHttpObjectCodec {

  private static final AsciiString PROTOCOL = Http2Headers.PseudoHeaderName.PROTOCOL.value();
  private static final AsciiString ASTERISK = AsciiString.cached("*");

  StreamCodec() {
    super(true);
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, Http2StreamFrame frame, List<Object> out)
      throws Exception {
    int stream = frame.stream().id();
    // Trailers have no method.
    if (frame instanceof Http2HeadersFrame head && head.headers().method() != null) {
      String fault = fault(head.headers());
      if (fault != null) {
        throw Http2Exception.streamError(stream, Http2Error.PROTOCOL_ERROR, fault);
      }
    }
    try {
      super.decode(ctx, frame, out);
    } catch (RuntimeException e) {
      throw Http2Exception.streamError(
          stream, Http2Error.PROTOCOL_ERROR, e, "a head that is none of HTTP");
    }
  }

  /** Why the request is malformed, or null. */
  private static @Nullable String fault(Http2Headers headers) {
    CharSequence method = headers.method();
    CharSequence scheme = headers.scheme();
    CharSequence path = headers.path();
    if (HttpHeaderValidationUtil.validateToken(method) >= 0 || method.isEmpty()) {
      return ":method is no token";
    }
    if (headers.contains(PROTOCOL)) {
      return ":protocol, which was not offered";
    }
    if (HttpMethod.CONNECT.asciiName().contentEqualsIgnoreCase(method)) {
      if (scheme != null || path != null || headers.authority() == null) {
        return "CONNECT has :authority alone";
      }
    } else if (!HttpScheme.HTTP.name().contentEqualsIgnoreCase(scheme)
        && !HttpScheme.HTTPS.name().contentEqualsIgnoreCase(scheme)) {
      return ":scheme is neither http nor https";
    } else if ((path.isEmpty() || path.charAt(0) != '/')
        && !(ASTERISK.contentEquals(path)
            && HttpMethod.OPTIONS.asciiName().contentEquals(method))) {
      return ":path is no path";
    }
    return hostFault(headers);
  }

  /** Host may stand beside :authority if it says the same; the instance gets it once. */
  private static @Nullable String hostFault(Http2Headers headers) {
    CharSequence authority = headers.authority();
    if (authority == null || !headers.contains(HttpHeaderNames.HOST)) {
      return null;
    }
    for (CharSequence host : headers.getAll(HttpHeaderNames.HOST)) {
      if (!AsciiString.contentEqualsIgnoreCase(host, authority)) {
        return "Host is not :authority";
      }
    }
    headers.remove(HttpHeaderNames.HOST);
    return null;
  }
}
