package zaguan.gateway.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.CombinedChannelDuplexHandler;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValidationUtil;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestEncoder;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.AsciiString;
import io.netty.util.ReferenceCountUtil;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import zaguan.discovery.logging.Printable;

/**
 * HTTP/1.1 on a connection to an instance: read as strictly as what a client sends, for an instance
 * may pass on what a client made it say. What comes when nothing was asked is never read at all: it
 * would be the next client's answer.
 */
final class ResponseCodec
    extends CombinedChannelDuplexHandler<ResponseCodec.Decoder, HttpRequestEncoder> {

  /** An instance is trusted with longer heads than a client. */
  private static final int MAX_HEAD = 64 * 1024;

  /** Of one request: a client that does not read would have them all kept. */
  private static final int MOST_INTERIM = 1000;

  /** Of what Netty says, which may quote what came. */
  private static final int LONGEST_REASON = 200;

  ResponseCodec() {
    super(new Decoder(), new HttpRequestEncoder());
  }

  /** The request is about to be sent: until its response has ended, bytes are expected. */
  void asks(HttpRequest request) {
    inboundHandler().asks(request);
  }

  /** Whether more has come than the response that was read. */
  boolean hasMore() {
    return inboundHandler().hasMore();
  }

  /** What was wrong with a response, to follow a colon. */
  static String reason(Throwable cause) {
    if (cause instanceof TooLongHttpHeaderException || cause instanceof TooLongHttpLineException) {
      return "its head is longer than " + MAX_HEAD + " bytes";
    }
    String message = Objects.requireNonNullElse(cause.getMessage(), "it is no HTTP/1.1");
    return Printable.of(message, LONGEST_REASON);
  }

  @SuppressWarnings("FutureReturnValueIgnored") // Netty tells failures to the pipeline.
  static final class Decoder extends HttpResponseDecoder {

    private final Trailers trailers;

    private enum At {
      NOTHING_ASKED,
      STATUS_LINE,
      FIELDS,
      BODY,
      TUNNEL,
    }

    private At at = At.NOTHING_ASKED;
    private @Nullable HttpRequest request;
    private @Nullable ByteBuf bytes;

    /** Where the status line begins, and its status. */
    private int line;

    private int status;

    /** Content-Length fields of the response. */
    private int lengths;

    private int interim;
    private int interimLength;

    Decoder() {
      this(new Trailers());
    }

    private Decoder(Trailers trailers) {
      super(
          new HttpDecoderConfig()
              .setMaxInitialLineLength(MAX_HEAD)
              .setMaxHeaderSize(MAX_HEAD)
              .setMaxChunkSize(64 * 1024)
              .setStrictLineParsing(true)
              // Names are looked at below, so that those which the gateway adds need not be.
              .setHeadersFactory(
                  DefaultHttpHeadersFactory.headersFactory().withNameValidation(false))
              .setTrailersFactory(trailers)
              .setUseRfc9112TransferEncoding(true));
      this.trailers = trailers;
    }

    private void asks(HttpRequest next) {
      request = next;
      at = At.STATUS_LINE;
      interim = 0;
      interimLength = 0;
    }

    private boolean hasMore() {
      return actualReadableBytes() > 0;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
      if (at == At.NOTHING_ASKED) {
        ReferenceCountUtil.release(message);
        ctx.close();
      } else {
        super.channelRead(ctx, message);
      }
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf buffer, List<Object> out)
        throws Exception {
      if (at == At.NOTHING_ASKED) { // Behind the response.
        buffer.skipBytes(buffer.readableBytes());
        ctx.close();
        return;
      }
      bytes = buffer;
      line = buffer.readerIndex();
      if (at == At.STATUS_LINE && !StatusLine.beginsWith(buffer.getByte(line))) {
        refuse(buffer, out, "it does not begin with HTTP/1.1 and a status");
      } else if (at == At.FIELDS && FoldedFieldException.isFolded(buffer)) {
        refuse(buffer, out, "one of its fields is folded over lines");
      } else {
        int before = out.size();
        if (trailers.folded(buffer)) {
          buffer.skipBytes(buffer.readableBytes());
          out.add(Trailers.refused());
        } else {
          super.decode(ctx, buffer, out);
        }
        trailers.decoded(out);
        for (int i = before; i < out.size(); i++) {
          decoded(out.get(i));
        }
      }
    }

    private void decoded(Object message) {
      if (message instanceof HttpMessage head) {
        at = head.decoderResult().isFailure() ? At.NOTHING_ASKED : At.BODY;
      }
      if (message instanceof LastHttpContent last && at == At.BODY) {
        if (last.decoderResult().isFailure() || status >= HttpResponseStatus.OK.code()) {
          at = At.NOTHING_ASKED;
          request = null;
        } else {
          at = isSwitch() ? At.TUNNEL : At.STATUS_LINE;
        }
      }
    }

    private boolean isSwitch() {
      return status == HttpResponseStatus.SWITCHING_PROTOCOLS.code();
    }

    private void refuse(ByteBuf buffer, List<Object> out, String reason) {
      buffer.skipBytes(buffer.readableBytes());
      HttpMessage message = createInvalidMessage();
      message.setDecoderResult(DecoderResult.failure(new MalformedResponseException(reason)));
      out.add(message);
      at = At.NOTHING_ASKED;
    }

    /** After the status line, all of which has been read: the fields begin here. */
    @Override
    protected HttpMessage createMessage(String[] initialLine) {
      ByteBuf fields = Objects.requireNonNull(bytes);
      int end = fields.readerIndex() - 2;
      HttpVersion version = StatusLine.version(fields, line, end);
      status = StatusLine.status(fields, line, end);
      if (FoldedFieldException.isFolded(fields)) {
        throw new MalformedResponseException("one of its fields is folded over lines");
      }
      at = At.FIELDS;
      lengths = 0;
      return trailers.follow(
          new DefaultHttpResponse(
              version, HttpResponseStatus.valueOf(status, initialLine[2]), headersFactory));
    }

    /** The version is read from the bytes. */
    @Override
    protected String splitFirstWordInitialLine(byte[] content, int start, int length) {
      return "";
    }

    /** So is the status. */
    @Override
    protected String splitSecondWordInitialLine(byte[] content, int start, int length) {
      return "";
    }

    /** A token, and its colon at once: Netty would drop what is between. */
    @Override
    protected AsciiString splitHeaderName(byte[] content, int start, int length) {
      if (length == 0 || content[start + length] != ':') {
        throw new MalformedResponseException("one of its fields has no name, or a space after it");
      }
      AsciiString name = super.splitHeaderName(content, start, length);
      if (HttpHeaderValidationUtil.validateToken(name) >= 0) {
        throw new MalformedResponseException("the name of one of its fields is no token");
      }
      if (HttpHeaderNames.CONTENT_LENGTH.contentEqualsIgnoreCase(name)) {
        lengths++;
      }
      return name;
    }

    /** All fields are there. */
    @Override
    protected boolean isContentAlwaysEmpty(HttpMessage message) {
      HttpRequest asked = Objects.requireNonNull(request);
      String fault = ResponseFraming.fault(asked, (HttpResponse) message, lengths);
      if (fault != null) {
        throw new MalformedResponseException(fault);
      }
      if (status < HttpResponseStatus.OK.code()) {
        count(message);
      }
      return status < HttpResponseStatus.OK.code()
          || status == HttpResponseStatus.NO_CONTENT.code()
          || status == HttpResponseStatus.NOT_MODIFIED.code()
          || asked.method().equals(HttpMethod.HEAD);
    }

    private void count(HttpMessage informational) {
      interim++;
      for (Map.Entry<String, String> field : informational.headers()) {
        interimLength += field.getKey().length() + field.getValue().length();
      }
      if (interim > MOST_INTERIM || interimLength > MAX_HEAD) {
        throw new MalformedResponseException(
            "its interim responses are more than "
                + MOST_INTERIM
                + ", or longer than "
                + MAX_HEAD
                + " bytes in all");
      }
    }
  }
}
