package zaguan.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HostNamesTest {

  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

  @AfterEach
  void stop() throws Exception {
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
  }

  @Test
  void anAddressNeedsNoResolver() {
    assertThat(HostNames.address("127.0.0.1", 80).isUnresolved()).isFalse();
    assertThat(HostNames.address("::1", 80).isUnresolved()).isFalse();
  }

  @Test
  void aNameIsResolved() throws Exception {
    InetSocketAddress name = HostNames.address("localhost", 80);
    assertThat(name.isUnresolved()).isTrue();
    InetSocketAddress address =
        HostNames.RESOLVER.getResolver(loops.next()).resolve(name).get(20, TimeUnit.SECONDS);
    assertThat(address.getAddress().isLoopbackAddress()).isTrue();
    assertThat(address.getPort()).isEqualTo(80);
  }

  @Test
  void aNameThatNobodyHasFails() {
    InetSocketAddress name = HostNames.address("nobody.invalid", 80);
    assertThatThrownBy(
            () ->
                HostNames.RESOLVER
                    .getResolver(loops.next())
                    .resolve(name)
                    .get(50, TimeUnit.SECONDS))
        .hasCauseInstanceOf(UnknownHostException.class);
  }
}
