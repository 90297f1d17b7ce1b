package zaguan.system;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A request by its bytes, which no client would send. */
final class RawRequest {

  private RawRequest() {}

  /**
   * The answer, to the end of the connection.
   *
   * @param bytes of one request, with {@code Connection: close}
   */
  static String answer(InetSocketAddress address, String bytes) throws IOException {
    try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
      InputStream in = socket.getInputStream();
      return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }
}
