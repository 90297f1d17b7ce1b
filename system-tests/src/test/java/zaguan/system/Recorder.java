package zaguan.system;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** An instance that keeps exactly the bytes that it gets, and answers each connection once. */
final class Recorder {

  private static final String OK =
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";

  private final Platform platform;
  private final ServerSocket server;
  private final List<Received> received = new CopyOnWriteArrayList<>();

  Recorder(Platform platform) throws Exception {
    this.platform = platform;
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
    platform.consul().register("recorder", server.getLocalPort());
  }

  /** The bytes of each connection on which something has come. */
  List<String> received() {
    return received.stream().map(Received::text).toList();
  }

  void forget() {
    received.clear();
  }

  void stop() throws Exception {
    platform.consul().deregister("recorder");
    server.close();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        Thread.ofVirtual().start(() -> record(socket));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void record(Socket socket) {
    Received bytes = new Received();
    try (socket) {
      socket.setSoTimeout(300);
      InputStream in = socket.getInputStream();
      for (int next = in.read(); next >= 0; next = in.read()) {
        if (bytes.add(next) == 1) {
          received.add(bytes);
        }
        if (in.available() == 0 && bytes.text().contains("\r\n\r\n")) {
          socket.getOutputStream().write(OK.getBytes(StandardCharsets.US_ASCII));
          socket.getOutputStream().flush();
        }
      }
    } catch (IOException e) {
      // The client fell silent, or went away: the bytes until then are recorded.
    }
  }

  private static final class Received {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    /** Returns how many bytes there are. */
    synchronized int add(int next) {
      bytes.write(next);
      return bytes.size();
    }

    synchronized String text() {
      return bytes.toString(StandardCharsets.ISO_8859_1);
    }
  }
}
