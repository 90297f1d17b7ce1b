package zaguan.gateway.scaling;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Asks an instance itself whether it is ready, without waiting for Consul's next check. */
final class Readiness {

  private static final Duration BETWEEN = Duration.ofMillis(10);
  private static final Duration ONE = Duration.ofSeconds(1);
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(ONE).build();

  private final String host;
  private final int port;
  private final @Nullable String path;

  /**
   * @param path that answers 2xx when it is ready, as Consul's HTTP checks want it; null if a
   *     connection says enough
   */
  Readiness(String host, int port, @Nullable String path) {
    this.host = host;
    this.port = port;
    this.path = path;
  }

  /** Asks until it is ready, or the time is over. */
  boolean within(Duration time) throws InterruptedException {
    long end = System.nanoTime() + time.toNanos();
    while (!now()) {
      if (System.nanoTime() - end > 0) {
        return false;
      }
      Thread.sleep(BETWEEN);
    }
    return true;
  }

  /** Whether it is at this moment; waits for its answer for a second at most. */
  boolean now() throws InterruptedException {
    try {
      return path == null ? accepts() : answers(path);
    } catch (IOException notYet) {
      return false;
    }
  }

  private boolean answers(String path) throws IOException, InterruptedException {
    String authority = (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    URI uri = URI.create("http://" + authority + path);
    int status =
        CLIENT
            .send(HttpRequest.newBuilder(uri).timeout(ONE).build(), BodyHandlers.discarding())
            .statusCode();
    return status >= 200 && status < 300;
  }

  private boolean accepts() throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(host, port), (int) ONE.toMillis());
      return true;
    }
  }
}
