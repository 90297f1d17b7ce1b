package zaguan.gateway.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import java.util.List;

/**
 * Looks at the first bytes of a connection: a client that begins with the preface of HTTP/2 knows
 * what it wants (<a href="https://www.rfc-editor.org/rfc/rfc9113#section-3.3">RFC 9113, 3.3</a>);
 * all others get HTTP/1.1.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty tells failures to the pipeline.
final class Preface extends ByteToMessageDecoder {

  private static final int MOST_STREAMS = 256;
  private static final int WINDOW = 1024 * 1024;
  private static final int IDLE_SECONDS = 120;

  private final Gateway gateway;
  private final Loop loop;

  Preface(Gateway gateway, Loop loop) {
    this.gateway = gateway;
    this.loop = loop;
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    ByteBuf preface = Http2CodecUtil.connectionPrefaceBuf();
    int there = Math.min(in.readableBytes(), preface.readableBytes());
    if (!in.slice(in.readerIndex(), there).equals(preface.slice(0, there))) {
      ctx.pipeline().remove(this);
    } else if (there == preface.readableBytes()) {
      toHttp2(ctx);
      ctx.pipeline().remove(this);
    }
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
        Http2FrameCodecBuilder.forServer()
            .initialSettings(
                Http2Settings.defaultSettings()
                    .maxConcurrentStreams(MOST_STREAMS)
                    .initialWindowSize(WINDOW)
                    .maxHeaderListSize(gateway.maxHead()))
            .build();
    pipeline.addLast(
        codec,
        new IdleStateHandler(0, 0, IDLE_SECONDS) {
          @Override
          protected void channelIdle(ChannelHandlerContext idle, IdleStateEvent event) {
            // A stream that is waited for has deadlines of its own.
            if (codec.connection().numActiveStreams() == 0) {
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
                    .addLast(
                        new Http2StreamFrameToHttpObjectCodec(true),
                        new Front(gateway, loop, null));
              }
            }));
    ctx.channel().config().setAutoRead(true);
  }
}
