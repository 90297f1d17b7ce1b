package zaguan.discovery.http;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;

class BoundedClientTest {

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  @Test
  void aClientOfPlainHttpRefusesHttps() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        BoundedClient client = new BoundedClient(PATIENCE, false)) {
      assertThatThrownBy(() -> client.send(https(server), PATIENCE))
          .isInstanceOf(IOException.class)
          .hasStackTraceContaining("plain HTTP only");
    }
  }

  @Test
  void aClientOfHttpsShakesHands() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        BoundedClient client = new BoundedClient(PATIENCE, true)) {
      Thread.startVirtualThread(
          () -> {
            try (var connection = server.accept()) {
              connection.getInputStream().readNBytes(1);
              connection
                  .getOutputStream()
                  .write("This is not TLS.".getBytes(StandardCharsets.US_ASCII));
              // A connection that is closed while there is more to read is reset, with what was
              // sent.
              connection.getInputStream().readAllBytes();
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
      assertThatThrownBy(() -> client.send(https(server), PATIENCE))
          .isInstanceOf(SSLException.class);
    }
  }

  private static HttpRequest https(ServerSocket server) {
    return HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + server.getLocalPort())).build();
  }
}
