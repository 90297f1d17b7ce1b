package zaguan.gateway.transport;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2Error;
import zaguan.gateway.call.RequestIds;

/** Writes responses to a client, as its protocol has them. Only on its event loop. */
@SuppressWarnings("FutureReturnValueIgnored") // Netty tells failures to the pipeline.
final class ResponseWriter {

  private final ChannelHandlerContext context;
  private final Loop loop;
  private final CurrentRequest request;
  private final boolean http2;

  ResponseWriter(ChannelHandlerContext context, Loop loop, CurrentRequest request, boolean http2) {
    this.context = context;
    this.loop = loop;
    this.request = request;
    this.http2 = http2;
  }

  /** Writes a response of the gateway's own, and sends it. Takes it over. */
  void answer(FullHttpResponse response) {
    response.headers().set(RequestIds.FIELD, request.id());
    if (http2 && request.toHead()) {
      response.release();
      head(new DefaultHttpResponse(HttpVersion.HTTP_1_1, response.status(), response.headers()));
      write(LastHttpContent.EMPTY_LAST_CONTENT);
    } else {
      head(response);
    }
    context.flush();
  }

  /** Writes the head of a response that is not informational. */
  void head(HttpResponse response) {
    if (!http2) {
      if (loop.draining()) {
        request.isTheLast();
      }
      if (!request.keepsAlive()) {
        response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
      } else if (request.http10()) {
        response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
      }
    }
    write(response);
  }

  void write(Object message) {
    loop.assertInside();
    if (http2 && !request.keepsAlive() && !request.ended() && endsResponse(message)) {
      // The rest of the request is not wanted: RFC 9113, 8.1. Sooner, the response would be cut.
      context
          .write(message)
          .addListener(
              written -> context.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.NO_ERROR)));
    } else {
      context.write(message, context.voidPromise());
    }
  }

  private static boolean endsResponse(Object message) {
    return message instanceof LastHttpContent
        && !(message instanceof HttpResponse response
            && response.status().codeClass() == HttpStatusClass.INFORMATIONAL);
  }
}
