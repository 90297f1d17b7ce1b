package zaguan.gateway.proxy;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;

/** Heads of responses, as the client's protocol has them. */
final class Responses {

  private Responses() {}

  /**
   * The head of the response itself: in a framing that the client knows, or the connection ends
   * with it.
   *
   * @param toHead whether the request was HEAD
   */
  static void head(Front front, HttpResponse response, boolean toHead) {
    int status = response.status().code();
    boolean bodiless = toHead || status == 204 || status == 304;
    boolean chunked = HttpUtil.isTransferEncodingChunked(response);
    Headers.toClient(response, front.requestId());
    response.setProtocolVersion(HttpVersion.HTTP_1_1);
    if (status == 204) {
      unframe(response);
    }
    if (!bodiless && !front.http2()) {
      if (front.http10()) {
        if (chunked) {
          HttpUtil.setTransferEncodingChunked(response, false);
        }
        if (!HttpUtil.isContentLengthSet(response)) {
          front.endAfterThis();
        }
      } else if (!chunked && !HttpUtil.isContentLengthSet(response)) {
        HttpUtil.setTransferEncodingChunked(response, true);
      }
    }
    front.head(response);
  }

  /** An interim response of the instance. */
  static void interim(Front front, HttpResponse response) {
    DefaultFullHttpResponse copy = interim(response.status());
    copy.headers().set(response.headers());
    Headers.toClient(copy, front.requestId());
    unframe(copy);
    front.write(copy);
    front.flush();
  }

  /** The client may send its body. */
  static void toContinue(Front front) {
    front.write(interim(HttpResponseStatus.CONTINUE));
    front.flush();
  }

  /** Neither may be in a response that never has a body: HTTP/2 clients take it for an error. */
  private static void unframe(HttpResponse response) {
    response.headers().remove(HttpHeaderNames.CONTENT_LENGTH);
    response.headers().remove(HttpHeaderNames.TRANSFER_ENCODING);
  }

  private static DefaultFullHttpResponse interim(HttpResponseStatus status) {
    return new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.EMPTY_BUFFER);
  }
}
