package zaguan.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What has come and was not read is known before the event loop reads it. */
@Timeout(60)
class InstanceChannelTest {

  private final ByteBuffer one = ByteBuffer.allocateDirect(1);
  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final ServerSocket server;
  private final InstanceChannel channel;
  private final Socket instance;

  InstanceChannelTest() throws Exception {
    server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    Channel opened =
        new Bootstrap()
            .group(loops)
            .channelFactory((io.netty.channel.ChannelFactory<InstanceChannel>) InstanceChannel::new)
            .option(ChannelOption.AUTO_READ, false)
            .handler(new ChannelInboundHandlerAdapter())
            .connect(server.getLocalSocketAddress())
            .sync()
            .channel();
    channel = (InstanceChannel) opened;
    instance = server.accept();
  }

  @AfterEach
  void end() throws Exception {
    instance.close();
    channel.close().sync();
    server.close();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
  }

  @Test
  void itIsQuietUntilAByteComes() throws Exception {
    assertThat(isQuiet()).isTrue();
    assertThat(isQuiet()).isTrue();
    instance.getOutputStream().write(1);
    await().until(() -> !isQuiet());
  }

  @Test
  void itIsNotQuietOnceTheInstanceHasClosedIt() throws Exception {
    instance.close();
    await().until(() -> !isQuiet());
    assertThat(isQuiet()).isFalse();
  }

  @Test
  void itIsNotQuietOnceTheInstanceHasResetIt() throws Exception {
    instance.setSoLinger(true, 0);
    instance.close();
    await().until(() -> !isQuiet());
  }

  @Test
  void itIsNotQuietWhenItIsClosed() throws Exception {
    channel.close().sync();
    assertThat(isQuiet()).isFalse();
  }

  private boolean isQuiet() throws Exception {
    return loops.submit(() -> channel.isQuiet(one)).get();
  }
}
