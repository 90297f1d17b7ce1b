package zaguan.gateway.balancing;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which instances of a service are set aside: never more than half, since what looks like many bad
 * instances may be a bad request or network. What attempts tell of an instance comes here, and what
 * the log is to say of that. Any thread.
 */
final class Ejections {

  private static final Logger LOG = LoggerFactory.getLogger(Ejections.class);

  private final String service;
  private final LongSupplier clock;

  @GuardedBy("this")
  private Endpoints endpoints = Endpoints.NONE;

  /**
   * @param clock in nanoseconds
   */
  Ejections(String service, LongSupplier clock) {
    this.service = service;
    this.clock = clock;
  }

  /** Those that there are now: where more than half would be set aside, some return. */
  synchronized void replaceEndpoints(Endpoints next) {
    endpoints = next;
    int aside = aside();
    for (int i = 0; i < next.size(); i++) {
      Endpoint endpoint = next.get(i);
      if (endpoint.ejected() && 2 * aside > next.size()) {
        endpoint.ejection.readmit();
        aside--;
      }
    }
  }

  void succeeded(Endpoint endpoint) {
    if (endpoint.ejection.succeeded()) {
      LOG.info("{} at {} answers again", service, endpoint.address());
    }
  }

  /**
   * @param refused whether it took no connection
   */
  void failed(Endpoint endpoint, boolean refused) {
    if (endpoint.ejection.failed(refused)) {
      eject(endpoint);
    }
  }

  /**
   * Its response could not be read.
   *
   * @param path that was asked for
   */
  void unreadable(Endpoint endpoint, String path) {
    if (endpoint.ejection.unreadable(path)) {
      eject(endpoint);
    }
  }

  /** A line in the log, unless there was one of late. */
  void complain(Endpoint endpoint, String what) {
    String line = endpoint.complaints.line(what, clock.getAsLong());
    if (line != null) {
      LOG.warn("{} at {} sent what is no valid HTTP, {}", service, endpoint.address(), line);
    }
  }

  private synchronized void eject(Endpoint endpoint) {
    boolean anew = !endpoint.ejected();
    if (anew && 2 * (aside() + 1) > endpoints.size()) {
      return;
    }
    long pause = endpoint.ejection.eject(clock.getAsLong());
    if (anew) {
      LOG.warn(
          "{} at {} is set aside for {} s: it refuses connections or keeps failing",
          service,
          endpoint.address(),
          pause / 1_000_000_000L);
    }
  }

  @GuardedBy("this")
  private int aside() {
    int aside = 0;
    for (int i = 0; i < endpoints.size(); i++) {
      if (endpoints.get(i).ejected()) {
        aside++;
      }
    }
    return aside;
  }
}
