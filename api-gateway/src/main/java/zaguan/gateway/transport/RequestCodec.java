package zaguan.gateway.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.CombinedChannelDuplexHandler;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
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
    private static final byte DEL = 0x7f;

    private static final String VERSION = "HTTP/1.1";

    private final Chunks chunks;
    private final Trailers trailers;
    private @Nullable ByteBuf bytes;

    /** Where the last word of the request line ended. */
    private int wordEnd;

    private boolean inFields;
    private boolean inBody;
    private boolean midHead;
    private boolean refused;

    Decoder(int maxHead) {
      this(maxHead, new Trailers());
    }

    private Decoder(int maxHead, Trailers trailers) {
      super(
          new HttpDecoderConfig()
              .setMaxInitialLineLength(maxHead)
              .setMaxHeaderSize(maxHead)
              .setMaxChunkSize(64 * 1024)
              .setStrictLineParsing(true)
              .setTrailersFactory(trailers)
              .setUseRfc9112TransferEncoding(true));
      chunks = new Chunks(maxHead);
      this.trailers = trailers;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf buffer, List<Object> out)
        throws Exception {
      bytes = buffer;
      if (refused) {
        buffer.skipBytes(buffer.readableBytes());
        return;
      }
      try {
        if ((inFields && FoldedFieldException.isFolded(buffer)) || trailers.folded(buffer)) {
          throw new FoldedFieldException();
        }
        if (!inFields && !inBody && !begins(buffer)) {
          return;
        }
        if (!chunks.atLast()) {
          HttpContent part = chunks.read(buffer);
          if (part != null) {
            out.add(part);
          }
          if (!chunks.atLast()) {
            return;
          }
        }
      } catch (DecoderException e) {
        refuse(buffer, e, out);
        return;
      }
      int before = out.size();
      super.decode(ctx, buffer, out);
      trailers.decoded(out);
      for (int i = before; i < out.size(); i++) {
        Object each = out.get(i);
        inFields &= !(each instanceof HttpMessage);
        inBody = !(each instanceof LastHttpContent);
      }
      if (inBody
          && out.size() > before
          && out.getLast() instanceof HttpMessage message
          && HttpUtil.isTransferEncodingChunked(message)) {
        chunks.begin();
      }
      midHead = inFields || (!inBody && buffer.isReadable());
    }

    private void refuse(ByteBuf buffer, DecoderException why, List<Object> out) {
      refused = true;
      buffer.skipBytes(buffer.readableBytes());
      DecoderResult failure = DecoderResult.failure(why);
      if (inBody) {
        HttpContent end = new DefaultLastHttpContent();
        end.setDecoderResult(failure);
        out.add(end);
      } else {
        HttpMessage message = createInvalidMessage();
        message.setDecoderResult(failure);
        out.add(message);
      }
    }

    /**
     * Whether a request line is next. Only empty lines may come before it: <a
     * href="https://www.rfc-editor.org/rfc/rfc9112#section-2.2">RFC 9112, 2.2</a>; Netty skips all
     * spaces and control characters.
     */
    private static boolean begins(ByteBuf buffer) {
      while (buffer.isReadable()) {
        int at = buffer.readerIndex();
        byte first = buffer.getByte(at);
        if (first > ' ' && first != DEL) {
          return true;
        }
        if (first != '\r' || (buffer.readableBytes() > 1 && buffer.getByte(at + 1) != LF)) {
          throw new DecoderException("a character is before its request line");
        }
        if (buffer.readableBytes() == 1) {
          return false;
        }
        buffer.skipBytes(2);
      }
      return false;
    }

    // The words of a request line, as Netty finds them: between whatever it takes for space.

    @Override
    protected String splitFirstWordInitialLine(byte[] line, int start, int length) {
      wordEnd = start + length;
      return super.splitFirstWordInitialLine(line, start, length);
    }

    @Override
    protected String splitSecondWordInitialLine(byte[] line, int start, int length) {
      follows(line, start);
      wordEnd = start + length;
      return super.splitSecondWordInitialLine(line, start, length);
    }

    /** What is newer than 1.1, but no other protocol, is read as 1.1: RFC 9110, 2.5. */
    @Override
    protected String splitThirdWordInitialLine(byte[] line, int start, int length) {
      follows(line, start);
      String version = super.splitThirdWordInitialLine(line, start, length);
      if (length != VERSION.length() || !version.startsWith("HTTP/")) {
        throw new DecoderException("its version is none, such as " + VERSION);
      }
      return version.startsWith("HTTP/1.") && version.charAt(7) > '1' && version.charAt(7) <= '9'
          ? VERSION
          : version;
    }

    private void follows(byte[] line, int start) {
      if (start != wordEnd + 1 || line[wordEnd] != ' ') {
        throw new DecoderException("the parts of its request line are not one space apart");
      }
    }

    /** After the request line: the fields begin here. */
    @Override
    protected HttpMessage createMessage(String[] initialLine) throws Exception {
      if (initialLine[2].isEmpty()) {
        throw new DecoderException("its request line has no version");
      }
      inFields = true;
      if (bytes != null && FoldedFieldException.isFolded(bytes)) {
        throw new FoldedFieldException();
      }
      return trailers.follow(super.createMessage(initialLine));
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
