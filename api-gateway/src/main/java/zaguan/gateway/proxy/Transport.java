package zaguan.gateway.proxy;

import io.netty.channel.Channel;
import io.netty.channel.socket.nio.NioSocketChannel;

/** Sockets of the kind that an event loop can drive. */
final class Transport {

  private Transport() {}

  static Channel channelLike(Channel connection) {
    return new NioSocketChannel();
  }
}
