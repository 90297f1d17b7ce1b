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
import java.util.PrimitiveIterator;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * Requests at a constant rate, or at given moments, however long the answers take: a slow answer
 * does not thin the load out. The load lasts {@link #BOUND} at most.
 */
final class Load implements AutoCloseable {

  private static final Duration BOUND = Duration.ofMinutes(5);

  /** Sends a request. Any thread, and many at once. */
  interface Sending {

    /** Waits for the answer; throws if none comes. */
    Answer send() throws IOException, InterruptedException;
  }

  /**
   * What an instance answered.
   *
   * @param instance its name
   * @param text empty if the answer is 200
   */
  record Answer(int status, String instance, String text) {}

  /**
   * What became of one request.
   *
   * @param status 0 if it got no answer
   * @param due when it was to be sent, in nanoseconds since the load began
   * @param took nanoseconds from that moment to its answer, however late it was sent
   */
  record Outcome(int status, String instance, String text, long due, long took) {

    boolean failed() {
      return status != 200;
    }
  }

  /** What became of all requests. */
  record Report(List<Outcome> outcomes) {

    List<Outcome> failures() {
      return outcomes.stream().filter(Outcome::failed).toList();
    }

    /** The report of the requests that were due in that time after the load began. */
    Report between(Duration from, Duration to) {
      return new Report(
          outcomes.stream()
              .filter(each -> each.due() >= from.toNanos() && each.due() < to.toNanos())
              .toList());
    }

    /** The report of the requests that were answered in that time after the load began. */
    Report endedBetween(Duration from, Duration to) {
      return new Report(
          outcomes.stream()
              .filter(each -> each.due() + each.took() >= from.toNanos())
              .filter(each -> each.due() + each.took() < to.toNanos())
              .toList());
    }

    /** Answers a second, from the first request sent to the last answer. */
    double perSecond() {
      long end = outcomes.stream().mapToLong(each -> each.due() + each.took()).max().orElseThrow();
      return outcomes.size() / (end / 1e9);
    }

    Report from(Duration from) {
      return between(from, BOUND);
    }

    /** The time within which that part of the requests was answered, such as 0.99. */
    Duration percentile(double part) {
      List<Long> sorted = outcomes.stream().map(Outcome::took).sorted().toList();
      return Duration.ofNanos(sorted.get((int) Math.ceil(part * sorted.size()) - 1));
    }

    /** The part of the answers, good or bad, that came from an instance. */
    double share(String instance) {
      long its = outcomes.stream().filter(each -> each.instance().equals(instance)).count();
      return (double) its / outcomes.size();
    }

    Map<String, Long> answersByInstance() {
      return outcomes.stream()
          .filter(outcome -> !outcome.failed())
          .collect(Collectors.groupingBy(Outcome::instance, Collectors.counting()));
    }
  }

  private final Sending sending;
  private final Runnable atTheEnd;
  private final ExecutorService requests = Executors.newVirtualThreadPerTaskExecutor();
  private final Collection<Outcome> outcomes = new ConcurrentLinkedQueue<>();
  private final Thread pace;
  private final long start = System.nanoTime();
  private volatile boolean stopped;

  private Load(LongStream moments, Sending sending, Runnable atTheEnd) {
    this.sending = sending;
    this.atTheEnd = atTheEnd;
    pace = Thread.ofPlatform().name("load").start(() -> pace(moments));
  }

  static Load of(int perSecond, URI uri) {
    return of(constant(perSecond), uri);
  }

  static Load of(int perSecond, Sending sending) {
    return new Load(constant(perSecond), sending, () -> {});
  }

  /** Requests at these moments after the load began, in order. */
  static Load at(List<Duration> moments, URI uri) {
    return of(moments.stream().mapToLong(Duration::toNanos), uri);
  }

  private static Load of(LongStream moments, URI uri) {
    HttpClient client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    return new Load(moments, get(client, uri), client::shutdownNow);
  }

  private static LongStream constant(int perSecond) {
    long gap = TimeUnit.SECONDS.toNanos(1) / perSecond;
    return LongStream.iterate(0, due -> due < BOUND.toNanos(), due -> due + gap);
  }

  private static Sending get(HttpClient client, URI uri) {
    HttpRequest request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(20)).build();
    return () -> {
      HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
      return new Answer(
          response.statusCode(),
          response.headers().firstValue("x-instance").orElse("none"),
          response.statusCode() == 200 ? "" : response.headers().map() + response.body());
    };
  }

  /** The time since the load began. */
  Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - start);
  }

  /** Returns when that time has passed since the load began. */
  void awaitElapsed(Duration until) throws InterruptedException {
    long left = until.minus(elapsed()).toNanos();
    if (left > 0) {
      TimeUnit.NANOSECONDS.sleep(left);
    }
  }

  /** Sends {@code count} requests, {@code together} at a time, and waits for their answers. */
  static Report count(int count, int together, URI uri) throws InterruptedException {
    try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      return count(count, together, get(client, uri));
    }
  }

  static Report count(int count, int together, Sending sending) throws InterruptedException {
    try (ExecutorService workers = Executors.newFixedThreadPool(together)) {
      Collection<Outcome> outcomes = new ConcurrentLinkedQueue<>();
      long start = System.nanoTime();
      for (int i = 0; i < count; i++) {
        workers.execute(
            () -> {
              long now = System.nanoTime();
              outcomes.add(outcome(sending, now - start, now));
            });
      }
      workers.shutdown();
      if (!workers.awaitTermination(BOUND.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError(count + " requests took more than " + BOUND);
      }
      return new Report(List.copyOf(outcomes));
    }
  }

  /** Ends the load, and waits for the answers that are still due. */
  Report stop() throws InterruptedException {
    stopped = true;
    pace.join();
    if (elapsed().compareTo(BOUND) > 0) {
      throw new AssertionError("the load ended by itself after " + BOUND);
    }
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
    atTheEnd.run();
  }

  private void pace(LongStream moments) {
    PrimitiveIterator.OfLong next = moments.iterator();
    while (!stopped && next.hasNext()) {
      long due = start + next.nextLong();
      while (System.nanoTime() - due < 0) {
        LockSupport.parkNanos(due - System.nanoTime());
      }
      requests.execute(() -> outcomes.add(outcome(sending, due - start, due)));
    }
  }

  private static Outcome outcome(Sending sending, long due, long since) {
    Answer answer;
    try {
      answer = sending.send();
    } catch (IOException | RuntimeException e) {
      answer = new Answer(0, "none", e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      answer = new Answer(0, "none", "interrupted");
    }
    return new Outcome(
        answer.status(), answer.instance(), answer.text(), due, System.nanoTime() - since);
  }
}
