package zaguan.gateway.catalog;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import zaguan.gateway.BoundedClient;

/** Asks the Consul agent, blocking the thread that calls: for virtual threads. */
@Singleton
final class ConsulApi {

  private static final Duration CONNECT = Duration.ofSeconds(2);

  /** Consul holds a question for up to a sixteenth longer than asked; the rest is for its way. */
  private static final Duration SLACK = Duration.ofSeconds(5);

  /**
   * What Consul said.
   *
   * @param index {@code X-Consul-Index}, to ask for what is newer; 0 if there was none
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Answer(long index, byte[] body) {}

  private final ConsulSettings settings;
  private final BoundedClient client;

  ConsulApi(ConsulSettings settings) {
    this.settings = settings;
    boolean tls = "https".equalsIgnoreCase(URI.create(settings.address()).getScheme());
    client = new BoundedClient(CONNECT, tls);
  }

  /** As it is now. */
  Answer get(String path) throws IOException, InterruptedException {
    return ask(path, SLACK);
  }

  /**
   * As it is when it is newer than {@code index}, or after the wait.
   *
   * @throws IOException if Consul does not answer, or not with 200; also if it stays silent for
   *     longer than it may, as an agent that hangs does, or a connection whose other end is gone
   */
  Answer getNewerThan(long index, String path) throws IOException, InterruptedException {
    Duration wait = settings.longestWait();
    return ask(
        path + "?index=" + index + "&wait=" + wait.toMillis() + "ms",
        wait.plus(wait.dividedBy(16)).plus(SLACK));
  }

  /** As it is now; empty if there is nothing of that name. */
  byte[] getIfAny(String path) throws IOException, InterruptedException {
    HttpResponse<byte[]> response = send("GET", path, BodyPublishers.noBody(), SLACK);
    return response.statusCode() == 404 ? new byte[0] : requireOk(response).body();
  }

  void put(String path, String body) throws IOException, InterruptedException {
    requireOk(send("PUT", path, BodyPublishers.ofString(body), SLACK));
  }

  /** Whether there was nothing of that name before. */
  boolean putIfAbsent(String path) throws IOException, InterruptedException {
    HttpResponse<byte[]> response =
        requireOk(send("PUT", path + "?cas=0", BodyPublishers.noBody(), SLACK));
    return new String(response.body(), UTF_8).strip().equals("true");
  }

  void delete(String path) throws IOException, InterruptedException {
    requireOk(send("DELETE", path, BodyPublishers.noBody(), SLACK));
  }

  private Answer ask(String path, Duration patience) throws IOException, InterruptedException {
    HttpResponse<byte[]> response = requireOk(send("GET", path, BodyPublishers.noBody(), patience));
    return new Answer(
        response.headers().firstValueAsLong("X-Consul-Index").orElse(0), response.body());
  }

  private static HttpResponse<byte[]> requireOk(HttpResponse<byte[]> response) throws IOException {
    if (response.statusCode() != 200) {
      throw new IOException(
          "Consul answered " + response.statusCode() + ": " + new String(response.body(), UTF_8));
    }
    return response;
  }

  private HttpResponse<byte[]> send(
      String method, String pathAndQuery, BodyPublisher body, Duration patience)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(settings.address() + pathAndQuery)).method(method, body);
    if (settings.token() != null) {
      request.header("X-Consul-Token", settings.token());
    }
    return client.send(request.build(), patience);
  }

  @PreDestroy
  void close() {
    client.close();
  }
}
