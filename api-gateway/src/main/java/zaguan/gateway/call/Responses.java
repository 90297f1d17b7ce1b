package zaguan.gateway.call;

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
  static void head(ClientStream client, HttpResponse response, boolean toHead) {
    int status = response.status().code();
    boolean bodiless = toHead || status == 204 || status == 304;
    boolean chunked = HttpUtil.isTransferEncodingChunked(response);
    Headers.toClient(response, client.requestId());
    response.setProtocolVersion(HttpVersion.HTTP_1_1);
    if (status == 204) {
      unframe(response);
    }
    if (!bodiless && !client.http2()) {
      if (client.http10()) {
        if (chunked) {
          HttpUtil.setTransferEncodingChunked(response, false);
        }
        if (!HttpUtil.isContentLengthSet(response)) {
          client.endAfterThis();
        }
      } else if (!chunked && !HttpUtil.isContentLengthSet(response)) {
        HttpUtil.setTransferEncodingChunked(response, true);
      }
    }
    client.head(response);
  }

  /** An interim response of the instance. */
  static void interim(ClientStream client, HttpResponse response) {
    DefaultFullHttpResponse copy = interim(response.status());
    copy.headers().set(response.headers());
    Headers.toClient(copy, client.requestId());
    unframe(copy);
    client.write(copy);
    client.flush();
  }

  /** The client may send its body. */
  static void toContinue(ClientStream client) {
    client.write(interim(HttpResponseStatus.CONTINUE));
    client.flush();
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
