package zaguan.gateway.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the first bytes of a connection: a client that begins with the preface of HTTP/2 knows
 * what it wants (<a href="https://www.rfc-editor.org/rfc/rfc9113#section-3.3">RFC 9113, 3.3</a>);
 * all others get HTTP/1.1.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty tells failures to the pipeline.
final class ProtocolDetector extends ByteToMessageDecoder implements Loop.Timed {

  private static final int MOST_STREAMS = 256;
  private static final int WINDOW = 1024 * 1024;
  private static final int IDLE_SECONDS = 120;

  private final Transport transport;
  private final Loop loop;
  private @Nullable ChannelHandlerContext context;

  /** When the first bytes came; 0 before. */
  private long since;

  ProtocolDetector(Transport transport, Loop loop) {
    this.transport = transport;
    this.loop = loop;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
    loop.add(this);
  }

  @Override
  protected void handlerRemoved0(ChannelHandlerContext ctx) {
    loop.remove(this);
  }

  /** The beginning of a preface, which may be one of a request line, has the time of a head. */
  @Override
  public void tick(long now) {
    if (since != 0 && now - since > RequestTurns.HEAD.toNanos()) {
      Objects.requireNonNull(context).close();
    }
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    ByteBuf preface = Http2CodecUtil.connectionPrefaceBuf();
    int there = Math.min(in.readableBytes(), preface.readableBytes());
    since = since == 0 ? loop.now() : since;
    if (!in.slice(in.readerIndex(), there).equals(preface.slice(0, there))) {
      if (isOfAnotherProtocol(in)) {
        in.skipBytes(in.readableBytes());
        ctx.close();
      } else {
        ctx.pipeline().remove(this);
      }
    } else if (there == preface.readableBytes()) {
      toHttp2(ctx);
      ctx.pipeline().remove(this);
    }
  }

  /**
   * Whether the first line has three words, as a request line, and the third is no protocol with
   * its version: an answer in HTTP would say nothing to such a client.
   */
  private static boolean isOfAnotherProtocol(ByteBuf in) {
    int end = in.bytesBefore((byte) '\n');
    if (end <= 0) {
      return false;
    }
    String line = in.toString(in.readerIndex(), end, StandardCharsets.ISO_8859_1).stripTrailing();
    int last = line.lastIndexOf(' ') + 1;
    return last > 1
        && line.indexOf(' ') < last - 1
        && line.indexOf('/', last) < 0
        && !line.regionMatches(true, last, "HTTP", 0, 4);
  }

  private void toHttp2(ChannelHandlerContext ctx) {
    ChannelPipeline pipeline = ctx.pipeline();
    for (String name : pipeline.names()) {
      if (pipeline.get(name) != null && pipeline.get(name) != this) {
        pipeline.remove(name);
      }
    }
    loop.addHttp2(ctx.channel());
    Http2FrameCodec codec =
        new Builder()
            .initialSettings(
                Http2Settings.defaultSettings()
                    .maxConcurrentStreams(MOST_STREAMS)
                    .initialWindowSize(WINDOW)
                    .maxHeaderListSize(transport.maxHead()))
            .validateRequiredPseudoHeaders(true)
            // When it drains. Netty's own bounds are as wanted: 200 resets in 30 s, either way.
            .gracefulShutdownTimeoutMillis(transport.finish().toMillis())
            .build();
    FrameWatch watch = new FrameWatch(loop, codec, since);
    pipeline.addLast(
        watch,
        codec,
        new IdleStateHandler(0, 0, IDLE_SECONDS) {
          @Override
          protected void channelIdle(ChannelHandlerContext idle, IdleStateEvent event) {
            // A stream that is waited for has deadlines of its own.
            if (codec.connection().numActiveStreams() == 0) {
              watch.closeSoon();
              idle.close();
            }
          }
        },
        new Http2MultiplexHandler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel stream) {
                stream
                    .pipeline()
                    .addLast(new StreamCodec(), new ClientHandler(transport, loop, null));
              }
            }),
        new ConnectionEnd(
            transport.clientFaults(), watch, ClientPeer.of(ctx.channel(), transport).address()));
    ctx.channel().config().setAutoRead(true);
  }

  /** Netty's codec with a stricter decoder. */
  private static final class Builder extends Http2FrameCodecBuilder {

    @Override
    public boolean isServer() {
      return true;
    }

    @Override
    protected Http2FrameCodec build(
        Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
      return super.build(new StrictDecoder(decoder), encoder, settings);
    }
  }
}
