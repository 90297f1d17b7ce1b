package zaguan.gateway.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.CombinedChannelDuplexHandler;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/1.1 on a client's connection: Netty's, as strict as it can be, and stricter. What two
 * readers may understand in two ways is how requests are smuggled: <a
 * href="https://www.rfc-editor.org/rfc/rfc9112#section-11.2">RFC 9112, 11.2</a>.
 */
final class RequestCodec
    extends CombinedChannelDuplexHandler<RequestCodec.Decoder, RequestCodec.Encoder> {

  RequestCodec(int maxHead) {
    super(new Decoder(maxHead), new Encoder());
  }

  /** Whether the response that is written next is one to HEAD, so that it has no body. */
  void head(boolean head) {
    outboundHandler().head = head;
  }

  /** Whether the head of a request has begun, and not ended. */
  boolean midHead() {
    return inboundHandler().midHead;
  }

  static final class Decoder extends HttpRequestDecoder {

    private static final byte LF = '\n';

    private @Nullable ByteBuf bytes;
    private boolean inFields;
    private boolean inBody;
    private boolean midHead;
    private boolean refused;

    Decoder(int maxHead) {
      super(
          new HttpDecoderConfig()
              .setMaxInitialLineLength(maxHead)
              .setMaxHeaderSize(maxHead)
              .setMaxChunkSize(64 * 1024)
              .setStrictLineParsing(true)
              .setUseRfc9112TransferEncoding(true));
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf buffer, List<Object> out)
        throws Exception {
      bytes = buffer;
      if (inFields && !refused && folded(buffer)) {
        HttpMessage message = createInvalidMessage();
        message.setDecoderResult(DecoderResult.failure(new FoldedFieldException()));
        out.add(message);
        refused = true;
      }
      if (refused) {
        buffer.skipBytes(buffer.readableBytes());
        return;
      }
      int before = out.size();
      super.decode(ctx, buffer, out);
      for (int i = before; i < out.size(); i++) {
        inFields &= !(out.get(i) instanceof HttpMessage);
        inBody = !(out.get(i) instanceof LastHttpContent);
      }
      midHead = inFields || (!inBody && buffer.isReadable());
    }

    /** After the request line: the fields begin here. */
    @Override
    protected HttpMessage createMessage(String[] initialLine) throws Exception {
      inFields = true;
      if (bytes != null && folded(bytes)) {
        throw new FoldedFieldException();
      }
      return super.createMessage(initialLine);
    }

    /** Netty would join the lines. */
    static boolean folded(ByteBuf fields) {
      int line = fields.readerIndex();
      while (line < fields.writerIndex()) {
        byte first = fields.getByte(line);
        if (first == ' ' || first == '\t') {
          return true;
        }
        int end = fields.indexOf(line, fields.writerIndex(), LF);
        if (end < 0 || first == '\r' || first == LF) {
          return false;
        }
        line = end + 1;
      }
      return false;
    }
  }

  private static final class FoldedFieldException extends DecoderException {
    private static final long serialVersionUID = 1;

    FoldedFieldException() {
      super("one of its fields is folded over lines");
    }
  }

  static final class Encoder extends HttpResponseEncoder {

    private boolean head;

    @Override
    protected boolean isContentAlwaysEmpty(HttpResponse response) {
      boolean last = response.status().codeClass() != HttpStatusClass.INFORMATIONAL;
      return (head && last) || super.isContentAlwaysEmpty(response);
    }
  }
}
