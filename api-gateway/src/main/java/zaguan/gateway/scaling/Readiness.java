package zaguan.gateway.scaling;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import zaguan.gateway.http.BoundedClient;
import zaguan.gateway.nomad.NomadAllocation;
import zaguan.gateway.nomad.NomadJob;

/** Asks an instance itself whether it is ready, without waiting for Consul's next check. */
final class Readiness {

  private static final Duration BETWEEN = Duration.ofMillis(10);
  private static final Duration ONE = Duration.ofSeconds(1);
  private static final BoundedClient CLIENT = new BoundedClient(ONE, false);

  private final NomadAllocation.Port port;
  private final @Nullable URI uri;

  private Readiness(NomadAllocation.Port port, @Nullable URI uri) {
    this.port = port;
    this.uri = uri;
  }

  /** A connection says enough. */
  static Readiness byConnection(NomadAllocation.Port port) {
    return new Readiness(port, null);
  }

  /** As a check of type {@code http} or {@code tcp} does; null for others, and for HTTPS. */
  static @Nullable Readiness of(NomadJob.Check check, NomadAllocation.Port port) {
    if ("tcp".equals(check.type())) {
      return byConnection(port);
    }
    boolean plain =
        check.protocol() == null || check.protocol().isEmpty() || check.protocol().equals("http");
    if (!"http".equals(check.type()) || !plain || check.path() == null) {
      return null;
    }
    String host = port.host().contains(":") ? "[" + port.host() + "]" : port.host();
    try {
      return new Readiness(port, URI.create("http://" + host + ":" + port.value() + check.path()));
    } catch (IllegalArgumentException notForThisClient) {
      return null;
    }
  }

  /**
   * Asks until it is ready, or the time is over.
   *
   * @param clock in nanoseconds
   */
  boolean within(Duration time, LongSupplier clock) throws InterruptedException {
    long end = clock.getAsLong() + time.toNanos();
    while (!now()) {
      if (clock.getAsLong() - end > 0) {
        return false;
      }
      Thread.sleep(BETWEEN);
    }
    return true;
  }

  /** Whether it is at this moment; waits for its answer for a second at most. */
  boolean now() throws InterruptedException {
    try {
      return uri == null ? accepts() : answers(uri);
    } catch (IOException notYet) {
      return false;
    }
  }

  private static boolean answers(URI uri) throws IOException, InterruptedException {
    int status = CLIENT.send(HttpRequest.newBuilder(uri).build(), ONE).statusCode();
    return status >= 200 && status < 300;
  }

  private boolean accepts() throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(port.host(), port.value()), (int) ONE.toMillis());
      return true;
    }
  }
}
