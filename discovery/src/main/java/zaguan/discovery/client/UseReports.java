package zaguan.discovery.client;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import zaguan.discovery.catalog.Instance;
import zaguan.discovery.http.BoundedClient;
import zaguan.discovery.http.PlainHttp;

/**
 * Tells the gateways which services were called past them, so that none of these is scaled to zero:
 * of each service that asks for that, at most every quarter of its {@code sleep-after}. A thread of
 * its own, from the first such service on.
 */
final class UseReports implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(UseReports.class);

  private static final Duration LOOK = Duration.ofMillis(250);
  private static final Duration CONNECT = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final int OFTEN = 4;

  private final Supplier<Collection<Callee>> called;
  private final Supplier<Callee> gateways;
  private final LongSupplier clock;

  /** When each was told of last. Only the thread that tells. */
  private final Map<Callee, Long> told = new HashMap<>();

  /** Gateways that could not be told, until they can. Only the thread that tells. */
  private final Set<String> deaf = new HashSet<>();

  @GuardedBy("this")
  private @Nullable Thread thread;

  /**
   * @param called the services that were called so far
   * @param gateways whom to tell
   */
  UseReports(Supplier<Collection<Callee>> called, Supplier<Callee> gateways, LongSupplier clock) {
    this.called = called;
    this.gateways = gateways;
    this.clock = clock;
  }

  /** Tells from now on. Again: no effect. */
  synchronized void start() {
    if (thread == null) {
      thread = Thread.ofVirtual().name("use-reports").start(this::run);
    }
  }

  private void run() {
    try (BoundedClient client = new BoundedClient(CONNECT, false)) {
      while (!Thread.currentThread().isInterrupted()) {
        Thread.sleep(LOOK);
        Callee all = gateways.get();
        List<Callee> due =
            called.get().stream().filter(each -> each != all && isDue(each)).toList();
        if (!due.isEmpty() && !all.instances().isEmpty()) {
          tell(client, all.instances(), due);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isDue(Callee callee) {
    long window = callee.settings().sleepAfter().toNanos();
    if (window == 0) {
      return false;
    }
    long now = clock.getAsLong();
    Long last = told.get(callee);
    if (last != null && now - last < window / OFTEN) {
      return false;
    }
    boolean underWay = callee.upstream().idle() == 0;
    return callee.wasCalledSince(last) || underWay;
  }

  private void tell(BoundedClient client, List<Instance> all, List<Callee> due)
      throws InterruptedException {
    String names =
        due.stream().map(each -> "service=" + each.name()).collect(Collectors.joining("&"));
    long now = clock.getAsLong();
    for (Instance gateway : all) {
      HttpRequest request =
          HttpRequest.newBuilder(PlainHttp.uri(gateway.address(), "/-/used?" + names))
              .POST(BodyPublishers.noBody())
              .build();
      try {
        HttpResponse<byte[]> response = client.send(request, PATIENCE);
        if (response.statusCode() / 100 != 2) {
          throw new IOException("it answered " + response.statusCode());
        }
        deaf.remove(gateway.address());
      } catch (IOException | RuntimeException e) { // This thread must outlive any surprise.
        if (deaf.add(gateway.address())) {
          LOG.warn(
              "The gateway at {} is not told that {} are in use, and may let them sleep: {}",
              gateway.address(),
              names,
              e.toString());
        }
      }
    }
    due.forEach(each -> told.put(each, now));
  }

  @Override
  public synchronized void close() {
    if (thread != null) {
      thread.interrupt();
    }
  }
}
