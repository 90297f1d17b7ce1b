package zaguan.system;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;

/** Where users' requests come in. */
final class FrontDoor {

  private final URI root;

  FrontDoor(URI root) {
    this.root = root;
  }

  URI uri(String path) {
    return root.resolve(path);
  }

  InetSocketAddress address() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port());
  }

  int port() {
    return root.getPort();
  }

  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return Http.get(uri(path));
  }

  /** For what an HTTP client would not send. */
  Socket connect() throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), port());
  }
}
