package zaguan.gateway.transport;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpHeadersFactory;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The fields behind a chunked body, as a decoder reads them: Netty would join those that are folded
 * over lines. Of one decoder, which tells what it reads; it asks for fields when it has read the
 * first line of them.
 */
final class Trailers implements HttpHeadersFactory {

  private final DefaultHttpHeadersFactory factory = DefaultHttpHeadersFactory.trailersFactory();
  private @Nullable HttpMessage message;
  private @Nullable ByteBuf bytes;
  private boolean inside;

  /** A head begins; its fields may come later. */
  HttpMessage follow(HttpMessage begun) {
    message = begun;
    inside = false;
    return begun;
  }

  /** Before the decoder reads: whether a trailer is folded, which must not be read. */
  boolean folded(ByteBuf buffer) {
    bytes = buffer;
    return inside && FoldedFieldException.isFolded(buffer);
  }

  /** The end of a message that is refused there. */
  static LastHttpContent refused() {
    LastHttpContent end = new DefaultLastHttpContent();
    end.setDecoderResult(DecoderResult.failure(new FoldedFieldException()));
    return end;
  }

  /** After the decoder has read. */
  void decoded(List<Object> out) {
    inside &= out.isEmpty() || !(out.getLast() instanceof LastHttpContent);
  }

  @Override
  public HttpHeaders newHeaders() {
    // Also asked for at the end of a body of known length, where what follows is another message.
    if (message != null && HttpUtil.isTransferEncodingChunked(message)) {
      inside = true;
      if (bytes != null && FoldedFieldException.isFolded(bytes)) {
        throw new FoldedFieldException();
      }
    }
    return factory.newHeaders();
  }

  @Override
  public HttpHeaders newEmptyHeaders() {
    return newHeaders();
  }
}
