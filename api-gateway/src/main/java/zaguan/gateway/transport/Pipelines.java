package zaguan.gateway.transport;

import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.http.netty.channel.ChannelPipelineCustomizer;
import io.micronaut.http.server.netty.NettyServerCustomizer;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;

/**
 * Puts the proxy into Micronaut's server, below Micronaut: between the codec and the handlers, on
 * the server's own event loops.
 *
 * <p>{@code ProxyHttpClient} would be the usual way. It does not cancel the upstream request when
 * the client leaves, re-frames bodies, knows neither retries, interim responses, upgrades nor
 * trailers, and costs more CPU a request.
 */
@Singleton
final class Pipelines implements BeanCreatedEventListener<NettyServerCustomizer.Registry> {

  private final Provider<Transport> transport;

  Pipelines(Provider<Transport> transport) {
    this.transport = transport;
  }

  @Override
  public NettyServerCustomizer.Registry onCreated(
      BeanCreatedEvent<NettyServerCustomizer.Registry> event) {
    event.getBean().register(new Listener());
    return event.getBean();
  }

  private final class Listener implements NettyServerCustomizer {

    @Override
    public NettyServerCustomizer specializeForChannel(Channel channel, ChannelRole role) {
      return role == ChannelRole.CONNECTION ? new Connected(channel) : this;
    }
  }

  private final class Connected implements NettyServerCustomizer {

    private final Channel channel;

    Connected(Channel channel) {
      this.channel = channel;
    }

    @Override
    public void onStreamPipelineBuilt() {
      Transport shared = transport.get();
      Loop loop = shared.loop(channel.eventLoop());
      RequestCodec codec = new RequestCodec(shared.maxHead());
      ChannelPipeline pipeline = channel.pipeline();
      pipeline.replace(
          ChannelPipelineCustomizer.HANDLER_HTTP_SERVER_CODEC,
          ChannelPipelineCustomizer.HANDLER_HTTP_SERVER_CODEC,
          codec);
      pipeline.addAfter(
          ChannelPipelineCustomizer.HANDLER_HTTP_SERVER_CODEC,
          "front",
          new ClientHandler(shared, loop, codec));
      pipeline.addFirst("preface", new ProtocolDetector(shared, loop));
    }
  }
}
