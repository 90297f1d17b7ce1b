package zaguan.gateway.transport;

import io.netty.channel.Channel;
import java.net.InetSocketAddress;

/**
 * Who is at the other end of a client's socket.
 *
 * @param address empty if it has none
 * @param trusted whether its word on where a request came from is taken
 */
record ClientPeer(String address, boolean trusted) {

  /** Of a socket that has no address. */
  static final ClientPeer UNKNOWN = new ClientPeer("", false);

  static ClientPeer of(Channel socket, Transport transport) {
    return socket.remoteAddress() instanceof InetSocketAddress address
        ? new ClientPeer(address.getAddress().getHostAddress(), transport.trusts(address))
        : UNKNOWN;
  }
}
