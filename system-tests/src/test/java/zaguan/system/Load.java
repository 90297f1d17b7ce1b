package zaguan.system;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * GET requests at a constant rate, whatever the answers take: a slow answer does not thin the load
 * out. At most {@link #BOUND} long.
 */
final class Load implements AutoCloseable {

  private static final Duration BOUND = Duration.ofMinutes(5);

  /** What became of one request; status 0 is a request that got no answer. */
  record Outcome(int status, String instance, String text) {

    boolean failed() {
      return status != 200;
    }
  }

  /** What became of all of them. */
  record Report(List<Outcome> outcomes) {

    List<Outcome> failures() {
      return outcomes.stream().filter(Outcome::failed).toList();
    }

    Map<String, Long> answersByInstance() {
      return outcomes.stream()
          .filter(outcome -> !outcome.failed())
          .collect(Collectors.groupingBy(Outcome::instance, Collectors.counting()));
    }
  }

  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();
  private final ExecutorService requests = Executors.newVirtualThreadPerTaskExecutor();
  private final Collection<Outcome> outcomes = new ConcurrentLinkedQueue<>();
  private final HttpRequest request;
  private final Thread pace;
  private volatile boolean stopped;

  private Load(URI uri, int perSecond) {
    request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(20)).build();
    pace = Thread.ofPlatform().name("load").start(() -> pace(perSecond));
  }

  static Load of(int perSecond, URI uri) {
    return new Load(uri, perSecond);
  }

  /** Sends {@code count} requests, {@code together} at a time, and waits for their answers. */
  static Report count(int count, int together, URI uri) throws InterruptedException {
    try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        ExecutorService workers = Executors.newFixedThreadPool(together)) {
      HttpRequest request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(20)).build();
      Collection<Outcome> outcomes = new ConcurrentLinkedQueue<>();
      for (int i = 0; i < count; i++) {
        workers.execute(() -> outcomes.add(send(client, request)));
      }
      workers.shutdown();
      if (!workers.awaitTermination(BOUND.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError(count + " requests to " + uri + " took more than " + BOUND);
      }
      return new Report(List.copyOf(outcomes));
    }
  }

  /** Ends the load, and waits for the answers that are still due. */
  Report stop() throws InterruptedException {
    stopped = true;
    pace.join();
    requests.shutdown();
    if (!requests.awaitTermination(30, TimeUnit.SECONDS)) {
      throw new AssertionError("requests under way do not end");
    }
    return new Report(List.copyOf(outcomes));
  }

  @Override
  public void close() {
    stopped = true;
    requests.shutdownNow();
    client.shutdownNow();
  }

  private void pace(int perSecond) {
    long start = System.nanoTime();
    long gap = TimeUnit.SECONDS.toNanos(1) / perSecond;
    for (long i = 0; !stopped && i * gap < BOUND.toNanos(); i++) {
      long due = start + i * gap;
      while (System.nanoTime() - due < 0) {
        LockSupport.parkNanos(due - System.nanoTime());
      }
      requests.execute(() -> outcomes.add(send(client, request)));
    }
  }

  private static Outcome send(HttpClient client, HttpRequest request) {
    try {
      HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
      return new Outcome(
          response.statusCode(),
          response.headers().firstValue("x-instance").orElse("none"),
          response.statusCode() == 200 ? "" : response.body());
    } catch (IOException e) {
      return new Outcome(0, "none", e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Outcome(0, "none", "interrupted");
    }
  }
}
