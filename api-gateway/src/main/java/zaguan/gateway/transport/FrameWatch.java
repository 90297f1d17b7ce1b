package zaguan.gateway.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameTypes;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Watches the frames of a client's connection in HTTP/2 before Netty decodes them, which it does
 * with a head only when it is complete, however long that takes. A head has as much time as in
 * HTTP/1.1, and so has every frame but DATA, whose time is the request's. Only on the event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty tells failures to the pipeline.
final class FrameWatch extends ChannelInboundHandlerAdapter implements Loop.Timed {

  private static final int END_HEADERS = 0x4;

  /** In a second, of frames that neither ask for something nor belong to what was asked. */
  private static final int MOST_IDLE_FRAMES = 1000;

  /** For a client to read why its connection ends. */
  private static final long LAST = TimeUnit.SECONDS.toNanos(2);

  private final Loop loop;
  private final Http2FrameCodec codec;
  private @Nullable ChannelHandlerContext context;

  /** Of the frame that comes: its length, type and flags, as far as they have come. */
  private int headerBytes;

  private int length;
  private byte type;
  private int flags;

  /** What has yet to come of its payload, or of the connection's preface. */
  private int rest = Http2CodecUtil.connectionPrefaceBuf().readableBytes();

  private boolean inPayload;

  /** The client's first SETTINGS are here. */
  private boolean begun;

  private boolean inHead;

  /** When that began which has to come to its end in time; 0 if there is nothing. */
  private long since;

  private long second;
  private int idleFrames;
  private long closeBy;

  /**
   * @param since when the preface began
   */
  FrameWatch(Loop loop, Http2FrameCodec codec, long since) {
    this.loop = loop;
    this.codec = codec;
    this.since = since;
    second = loop.now();
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
    loop.add(this);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    loop.remove(this);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof ByteBuf bytes) {
      look(bytes);
    }
    ctx.fireChannelRead(message);
  }

  @Override
  public void tick(long now) {
    if (closeBy != 0) {
      if (now - closeBy > 0) {
        Objects.requireNonNull(context).close();
      }
    } else if (since != 0 && now - since > RequestTurns.HEAD.toNanos()) {
      fail(Http2Error.PROTOCOL_ERROR, "a head, or a frame, that does not come to its end");
    }
  }

  /** The client was told, or is being told; if it does not read, it is cut off. */
  void closeSoon() {
    if (closeBy == 0) {
      closeBy = loop.now() + LAST;
    }
  }

  private void look(ByteBuf bytes) {
    int at = bytes.readerIndex();
    int end = bytes.writerIndex();
    while (at < end) {
      if (rest > 0) {
        int there = Math.min(rest, end - at);
        at += there;
        rest -= there;
        if (rest == 0 && inPayload) {
          ended();
        }
      } else {
        header(bytes.getByte(at));
        at++;
      }
    }
    boolean waits = headerBytes > 0 || (inPayload && type != Http2FrameTypes.DATA);
    if (since == 0 && waits) {
      since = loop.now();
    }
    if (idleFrames > MOST_IDLE_FRAMES && closeBy == 0) {
      fail(Http2Error.ENHANCE_YOUR_CALM, "more than 1000 frames a second that ask for nothing");
    }
  }

  private void header(byte next) {
    switch (headerBytes) {
      case 0, 1, 2 -> length = (length << 8) | (next & 0xff);
      case 3 -> type = next;
      case 4 -> flags = next;
      default -> {} // The stream.
    }
    headerBytes++;
    if (headerBytes == Http2CodecUtil.FRAME_HEADER_LENGTH) {
      headerBytes = 0;
      rest = length;
      length = 0;
      inPayload = true;
      if (rest == 0) {
        ended();
      } else if (type == Http2FrameTypes.DATA && begun && !inHead) {
        since = 0;
      }
    }
  }

  private void ended() {
    inPayload = false;
    switch (type) {
      case Http2FrameTypes.HEADERS, Http2FrameTypes.CONTINUATION ->
          inHead = (flags & END_HEADERS) == 0;
      case Http2FrameTypes.DATA, Http2FrameTypes.WINDOW_UPDATE -> {}
      default -> {
        begun |= type == Http2FrameTypes.SETTINGS;
        idle();
      }
    }
    if (begun) {
      since = !inHead ? 0 : since == 0 ? loop.now() : since;
    }
  }

  private void idle() {
    if (loop.now() - second > TimeUnit.SECONDS.toNanos(1)) {
      second = loop.now();
      idleFrames = 0;
    }
    idleFrames++;
  }

  private void fail(Http2Error error, String why) {
    closeSoon();
    ChannelHandlerContext netty = Objects.requireNonNull(context).pipeline().context(codec);
    codec.onError(netty, false, Http2Exception.connectionError(error, why));
  }
}
