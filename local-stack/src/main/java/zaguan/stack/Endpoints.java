package zaguan.stack;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;

/** Where a stack answers. */
public record Endpoints(
    URI frontDoor, URI statistics, URI consul, InetSocketAddress consulDns, URI nomad) {

  static Endpoints of(Ports ports) {
    return new Endpoints(
        http(ports.frontDoor()),
        http(ports.statistics()),
        http(ports.consulHttp()),
        new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), ports.consulDns()),
        http(ports.nomadHttp()));
  }

  private static URI http(int port) {
    return URI.create("http://127.0.0.1:" + port);
  }
}
