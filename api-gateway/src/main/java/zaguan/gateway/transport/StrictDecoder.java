package zaguan.gateway.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.DecoratingHttp2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.List;

/**
 * Netty's decoder of frames, and what it leaves out of <a
 * href="https://www.rfc-editor.org/rfc/rfc9113#section-5.1">RFC 9113, 5.1</a>: whether a stream is
 * unknown because it never was, because the client ended it, or because the gateway reset it.
 */
final class StrictDecoder extends DecoratingHttp2ConnectionDecoder {

  /** Streams that were reset last, by the gateway. */
  private static final int REMEMBERED = 256;

  private final int[] reset = new int[REMEMBERED];
  private int next;
  private int last = -1;

  /** The client left out numbers of streams. */
  private boolean gaps;

  private boolean failed;

  StrictDecoder(Http2ConnectionDecoder netty) {
    super(netty);
    connection().addListener(new Streams());
  }

  @Override
  public void decodeFrame(ChannelHandlerContext ctx, ByteBuf in, List<Object> out)
      throws Http2Exception {
    if (failed) {
      in.skipBytes(in.readableBytes());
      return;
    }
    try {
      super.decodeFrame(ctx, in, out);
    } catch (Http2Exception.HeaderListSizeException e) {
      throw e; // Netty answers 431.
    } catch (Http2Exception.StreamException e) {
      int stream = e.streamId();
      Http2Stream known = connection().stream(stream);
      if (known != null) {
        throw isHeadAfterEnd(known, e) ? closed(stream) : e;
      }
      if (!connection().streamMayHaveExisted(stream)) {
        // A head that is malformed, or of one stream too many, opens its stream all the same; what
        // follows on it is no surprise.
        open(stream);
        throw e;
      }
      if (e.error() != Http2Error.STREAM_CLOSED) {
        throw e;
      }
      if (!wasReset(stream)) {
        failed = true;
        throw Http2Exception.connectionError(
            gaps ? Http2Error.PROTOCOL_ERROR : Http2Error.STREAM_CLOSED, e.getMessage());
      }
      // Else it was on its way already. Netty has counted it against the window.
    }
  }

  /** Netty counts a head that ends its stream twice, and takes the next for one too many. */
  private static boolean isHeadAfterEnd(Http2Stream stream, Http2Exception fault) {
    return stream.state() == Http2Stream.State.HALF_CLOSED_REMOTE
        && String.valueOf(fault.getMessage()).contains("too many headers");
  }

  private static Http2Exception closed(int stream) {
    return Http2Exception.streamError(
        stream, Http2Error.STREAM_CLOSED, "Received a head after the end of stream %d", stream);
  }

  /** It is reset at once, so that it takes no other's place. */
  private void open(int stream) throws Http2Exception {
    Http2Connection.Endpoint<Http2RemoteFlowController> client = connection().remote();
    int most = client.maxActiveStreams();
    client.maxActiveStreams(Integer.MAX_VALUE);
    try {
      client.createStream(stream, false);
    } finally {
      client.maxActiveStreams(most);
    }
  }

  private boolean wasReset(int stream) {
    for (int each : reset) {
      if (each == stream) {
        return true;
      }
    }
    return false;
  }

  private final class Streams extends Http2ConnectionAdapter {

    @Override
    public void onStreamAdded(Http2Stream stream) {
      gaps |= stream.id() != last + 2;
      last = stream.id();
    }

    @Override
    public void onStreamClosed(Http2Stream stream) {
      if (stream.isResetSent()) {
        reset[next] = stream.id();
        next = (next + 1) % REMEMBERED;
      }
    }
  }
}
