package zaguan.gateway.catalog;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import zaguan.discovery.catalog.Service;
import zaguan.discovery.catalog.ServiceReader;
import zaguan.discovery.consul.ConsulCatalog;
import zaguan.discovery.consul.UnreadableException;

/**
 * Reads services, a few at a time, and tells a fault of one service from an outage of Consul. One
 * thread.
 */
final class Readings {

  private static final int TOGETHER = 8;

  /** How many attempts the first reading has before it leaves out what it cannot read. */
  private static final int FIRST = 3;

  /**
   * @param service null if it could not be read
   * @param failure why it could not be read; null if it was
   */
  private record Reading(String name, @Nullable Service service, @Nullable IOException failure) {}

  private final ServiceReader reader;
  private final ConsulCatalog consul;
  private final Unread unread;
  private final ExecutorService threads;
  private int incomplete;

  /**
   * @param unread is told of each service that cannot be read, and of each that can
   */
  Readings(ConsulCatalog consul, Unread unread, ExecutorService threads) {
    reader = new ServiceReader(consul);
    this.consul = consul;
    this.unread = unread;
    this.threads = threads;
  }

  /**
   * The services that can be read.
   *
   * @param listed the services' tags by their names, as Consul's list of services has them
   * @param loaded whether all were read before
   * @throws IOException if Consul answers for no service
   */
  List<Service> read(Map<String, List<String>> listed, boolean loaded, Instant now)
      throws IOException, InterruptedException {
    Semaphore together = new Semaphore(TOGETHER);
    List<Callable<Reading>> questions = new ArrayList<>();
    listed.forEach(
        (name, tags) ->
            questions.add(
                () -> {
                  together.acquire();
                  try {
                    return readOne(name, tags);
                  } finally {
                    together.release();
                  }
                }));
    List<Reading> readings = new ArrayList<>();
    for (Future<Reading> question : threads.invokeAll(questions)) {
      try {
        readings.add(question.get());
      } catch (ExecutionException e) {
        throw new IOException(e.getCause());
      }
    }
    requireConsul(readings, loaded);
    List<Service> services = new ArrayList<>();
    for (Reading reading : readings) {
      if (reading.failure() != null) {
        unread.failed(reading.name(), reading.failure(), now);
      }
      if (reading.service() != null) {
        unread.wasRead(reading.name());
        services.add(reading.service());
      }
    }
    return services;
  }

  private Reading readOne(String name, List<String> tags) throws InterruptedException {
    try {
      return new Reading(name, reader.read(name, tags), null);
    } catch (IOException e) {
      return new Reading(name, null, e);
    } catch (RuntimeException e) {
      return new Reading(name, null, new IOException(e));
    }
  }

  /** The other answers show whether Consul is away; if there are none, one more question does. */
  private void requireConsul(List<Reading> readings, boolean loaded)
      throws IOException, InterruptedException {
    IOException failure = null;
    boolean answered = false;
    for (Reading reading : readings) {
      answered |= reading.service() != null;
      if (reading.failure() != null && !(reading.failure() instanceof UnreadableException)) {
        failure = reading.failure();
      }
    }
    if (failure == null) {
      return;
    }
    if (!loaded && ++incomplete < FIRST) {
      throw failure;
    }
    if (!answered) {
      consul.requireAnswer();
    }
  }
}
