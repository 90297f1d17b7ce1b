package zaguan.discovery.consul;

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
import zaguan.discovery.http.Agent;
import zaguan.discovery.http.BoundedClient;
import zaguan.discovery.logging.Printable;

/**
 * Asks the Consul agent, blocking the thread that calls: for virtual threads. All of it throws
 * {@link IOException} if Consul does not answer in time, and {@link Refused} if it does not answer
 * with 200.
 */
@Singleton
public final class ConsulApi {

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

  /** Consul answers, but not with what it was asked for. */
  public static final class Refused extends IOException {

    private static final long serialVersionUID = 1;

    private final int status;

    private Refused(int status, String body) {
      super("Consul answered " + status + ": " + Printable.of(body.strip(), 200));
      this.status = status;
    }

    /** Of HTTP. */
    int status() {
      return status;
    }

    /** Whether the fault is in the question, and neither in the asker nor in Consul's state. */
    public boolean isForTheQuestion() {
      return status >= 300
          && status < 500
          && status != 401
          && status != 403
          && status != 408
          && status != 429;
    }
  }

  private final ConsulSettings settings;
  private final BoundedClient client;

  public ConsulApi(ConsulSettings settings) {
    this.settings = settings;
    client = new BoundedClient(CONNECT, Agent.isTls(settings.address()));
  }

  /** As it is now. */
  Answer get(String path) throws IOException, InterruptedException {
    return answer(requireOk(send("GET", path, BodyPublishers.noBody(), SLACK)));
  }

  /**
   * As it is when it is newer than {@code index}, or after the wait.
   *
   * @throws IOException if Consul does not answer, or not with 200; also if it stays silent for
   *     longer than it may, as an agent that hangs does, or a connection whose other end is gone
   */
  Answer getNewerThan(long index, String path) throws IOException, InterruptedException {
    return answer(requireOk(sendNewerThan(index, path)));
  }

  /** As {@link #get}; empty if there is nothing of that name. */
  Answer getIfAny(String path) throws IOException, InterruptedException {
    return ifAny(send("GET", path, BodyPublishers.noBody(), SLACK));
  }

  /** As {@link #getNewerThan}; empty if there is nothing of that name. */
  Answer getIfAnyNewerThan(long index, String path) throws IOException, InterruptedException {
    return ifAny(sendNewerThan(index, path));
  }

  /** What Consul said to a PUT with that body. */
  String put(String path, String body) throws IOException, InterruptedException {
    return text(send("PUT", path, BodyPublishers.ofString(body), SLACK));
  }

  String delete(String path) throws IOException, InterruptedException {
    return text(send("DELETE", path, BodyPublishers.noBody(), SLACK));
  }

  private static Answer ifAny(HttpResponse<byte[]> response) throws IOException {
    Answer answer = answer(response.statusCode() == 404 ? response : requireOk(response));
    return response.statusCode() == 404 ? new Answer(answer.index(), new byte[0]) : answer;
  }

  private static Answer answer(HttpResponse<byte[]> response) {
    return new Answer(
        response.headers().firstValueAsLong("X-Consul-Index").orElse(0), response.body());
  }

  private static String text(HttpResponse<byte[]> response) throws IOException {
    return new String(requireOk(response).body(), UTF_8).strip();
  }

  private static HttpResponse<byte[]> requireOk(HttpResponse<byte[]> response) throws IOException {
    if (response.statusCode() != 200) {
      throw new Refused(response.statusCode(), new String(response.body(), UTF_8));
    }
    return response;
  }

  private HttpResponse<byte[]> sendNewerThan(long index, String path)
      throws IOException, InterruptedException {
    Duration wait = settings.longestWait();
    return send(
        "GET",
        path
            + (path.contains("?") ? "&" : "?")
            + "index="
            + index
            + "&wait="
            + wait.toMillis()
            + "ms",
        BodyPublishers.noBody(),
        wait.plus(wait.dividedBy(16)).plus(SLACK));
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

  /** Ends what is under way. */
  @PreDestroy
  public void close() {
    client.close();
  }
}
