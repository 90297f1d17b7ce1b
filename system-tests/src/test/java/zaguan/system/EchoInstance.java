package zaguan.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An instance in the test's own process, registered in Consul by the name of its service, that
 * takes WebSockets and sends their messages back.
 */
final class EchoInstance implements AutoCloseable {

  private static final Pattern KEY = Pattern.compile("(?i)\r\nsec-websocket-key: *(\\S+)\r\n");

  private final Platform platform;
  private final String service;
  private final ServerSocket server;

  EchoInstance(Platform platform, String service) throws Exception {
    this.platform = platform;
    this.service = service;
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
    platform.consul().register(service, server.getLocalPort());
  }

  private void accept() {
    while (true) {
      try {
        Socket socket = server.accept();
        Thread.ofVirtual().start(() -> echo(socket));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private static void echo(Socket socket) {
    try (socket) {
      InputStream in = socket.getInputStream();
      OutputStream out = socket.getOutputStream();
      StringBuilder head = new StringBuilder();
      while (head.indexOf("\r\n\r\n") < 0) {
        int next = in.read();
        if (next < 0) {
          return;
        }
        head.append((char) next);
      }
      Matcher key = KEY.matcher(head);
      assertThat(key.find()).as("a key in %s", head).isTrue();
      out.write(
          ("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                  + "Sec-WebSocket-Accept: "
                  + accept(key.group(1))
                  + "\r\n\r\n")
              .getBytes(StandardCharsets.US_ASCII));
      while (true) {
        // Short and masked, as a client's are: RFC 6455, 5.2.
        byte[] start = in.readNBytes(6);
        if (start.length < 6) {
          return;
        }
        byte[] message = in.readNBytes(start[1] & 0x7f);
        for (int i = 0; i < message.length; i++) {
          message[i] ^= start[2 + i % 4];
        }
        out.write(start[0]);
        out.write(message.length);
        out.write(message);
      }
    } catch (IOException e) {
      // The client has closed, or the test is over.
    }
  }

  private static String accept(String key) {
    try {
      return Base64.getEncoder()
          .encodeToString(
              MessageDigest.getInstance("SHA-1")
                  .digest(
                      (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")
                          .getBytes(StandardCharsets.US_ASCII)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() throws IOException {
    try (server) {
      platform.consul().deregister(service);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }
}
