package zaguan.gateway.proxy;

import io.netty.channel.CombinedChannelDuplexHandler;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequestEncoder;
import io.netty.handler.codec.http.HttpResponseDecoder;

/** HTTP/1.1 on a connection to an instance. */
final class ResponseCodec
    extends CombinedChannelDuplexHandler<ResponseCodec.Decoder, HttpRequestEncoder> {

  /** An instance is trusted with longer heads than a client. */
  private static final int MAX_HEAD = 64 * 1024;

  ResponseCodec() {
    super(new Decoder(), new HttpRequestEncoder());
  }

  /** Whether the response that comes next is one to HEAD, so that it has no body. */
  void head(boolean head) {
    inboundHandler().head = head;
  }

  /** Whether more has come than the responses that were read. */
  boolean hasMore() {
    return inboundHandler().hasMore();
  }

  static final class Decoder extends HttpResponseDecoder {

    private boolean head;

    Decoder() {
      super(
          new HttpDecoderConfig()
              .setMaxInitialLineLength(MAX_HEAD)
              .setMaxHeaderSize(MAX_HEAD)
              .setMaxChunkSize(64 * 1024)
              .setHeadersFactory(
                  DefaultHttpHeadersFactory.headersFactory().withNameValidation(false))
              .setUseRfc9112TransferEncoding(true));
    }

    private boolean hasMore() {
      return actualReadableBytes() > 0;
    }

    @Override
    protected boolean isContentAlwaysEmpty(HttpMessage message) {
      return head || super.isContentAlwaysEmpty(message);
    }
  }
}
