package zaguan.gateway.probes;

import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import zaguan.discovery.http.BoundedClient;
import zaguan.discovery.http.PlainHttp;
import zaguan.gateway.scaling.Probe;
import zaguan.gateway.scaling.Probes;

/** Asks instances as Consul's checks of type {@code tcp} and {@code http} do. */
@Singleton
final class InstanceProbes implements Probes {

  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final BoundedClient client;

  InstanceProbes(BoundedClient client) {
    this.client = client;
  }

  @Override
  public Probe connection(String host, int port) {
    return () -> accepts(host, port);
  }

  @Override
  public @Nullable Probe http(String host, int port, String path) {
    try {
      HttpRequest request = HttpRequest.newBuilder(PlainHttp.uri(host, port, path)).build();
      return () -> succeeds(request);
    } catch (IllegalArgumentException notForThisClient) {
      return null;
    }
  }

  private boolean succeeds(HttpRequest request) throws InterruptedException {
    try {
      int status = client.send(request, PATIENCE).statusCode();
      return status >= 200 && status < 300;
    } catch (IOException notYet) {
      return false;
    }
  }

  private static boolean accepts(String host, int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(host, port), (int) PATIENCE.toMillis());
      return true;
    } catch (IOException notYet) {
      return false;
    }
  }
}
