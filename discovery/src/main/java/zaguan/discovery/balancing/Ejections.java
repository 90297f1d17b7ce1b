package zaguan.discovery.balancing;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Which instances of a service are set aside: never more than half, since what looks like many bad
 * instances may be a bad request or network. What attempts tell of an instance comes here. Any
 * thread.
 */
final class Ejections {

  private final String service;
  private final LongSupplier clock;
  private final Consumer<InstanceEvent> events;

  @GuardedBy("this")
  private Endpoints endpoints = Endpoints.NONE;

  /**
   * @param clock in nanoseconds
   * @param events is told under a lock, and must neither wait nor call back
   */
  Ejections(String service, LongSupplier clock, Consumer<InstanceEvent> events) {
    this.service = service;
    this.clock = clock;
    this.events = events;
  }

  /** Those that there are now: where more than half would be set aside, some return. */
  synchronized void replaceEndpoints(Endpoints next) {
    endpoints = next;
    int aside = aside();
    for (int i = 0; i < next.size(); i++) {
      Endpoint endpoint = next.get(i);
      if (endpoint.ejected() && 2 * aside > next.size()) {
        endpoint.ejection.readmit();
        events.accept(new InstanceEvent.Back(service, endpoint.instance(), false));
        aside--;
      }
    }
  }

  void succeeded(Endpoint endpoint) {
    if (endpoint.ejection.succeeded()) {
      events.accept(new InstanceEvent.Back(service, endpoint.instance(), true));
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

  private synchronized void eject(Endpoint endpoint) {
    boolean anew = !endpoint.ejected();
    if (anew && 2 * (aside() + 1) > endpoints.size()) {
      return;
    }
    long pause = endpoint.ejection.eject(clock.getAsLong());
    if (anew) {
      events.accept(
          new InstanceEvent.Ejected(service, endpoint.instance(), Duration.ofNanos(pause)));
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
