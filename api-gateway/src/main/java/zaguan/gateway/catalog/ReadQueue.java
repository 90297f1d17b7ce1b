package zaguan.gateway.catalog;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is still to be read of Consul. Changes that come while a reading is under way are one
 * reading afterwards, however many they are.
 */
final class ReadQueue {

  /**
   * To be read now.
   *
   * @param everything whether all services are to be read, and not only those named
   */
  record Work(Set<String> services, Set<String> nodes, boolean everything) {}

  private final InstantSource clock;

  @GuardedBy("this")
  private final Set<String> services = new HashSet<>();

  @GuardedBy("this")
  private final Set<String> nodes = new HashSet<>();

  @GuardedBy("this")
  private boolean newNames;

  /** Whether everything was due, but named services went first. They do so only once in a row. */
  @GuardedBy("this")
  private boolean everythingYielded;

  @GuardedBy("this")
  private @Nullable Instant everythingAt;

  ReadQueue(InstantSource clock) {
    this.clock = clock;
  }

  synchronized void services(Set<String> names) {
    services.addAll(names);
    newNames = true;
    notifyAll();
  }

  synchronized void nodes(Set<String> names) {
    nodes.addAll(names);
    notifyAll();
  }

  /** Asks for a reading of all services, not before that moment. */
  synchronized void everythingAt(Instant moment) {
    if (everythingAt == null || moment.isBefore(everythingAt)) {
      everythingAt = moment;
    }
    notifyAll();
  }

  /** Waits until there is something to read, and takes all of it. */
  synchronized Work take() throws InterruptedException {
    while (true) {
      boolean named = newNames || !services.isEmpty() || !nodes.isEmpty();
      boolean due = everythingAt != null && !clock.instant().isBefore(everythingAt);
      boolean everything = due && (!named || everythingYielded);
      if (everything || named) {
        everythingYielded = due && !everything;
        Work work = new Work(Set.copyOf(services), Set.copyOf(nodes), everything);
        services.clear();
        nodes.clear();
        newNames = false;
        if (everything) {
          everythingAt = null;
        }
        return work;
      }
      if (everythingAt == null) {
        wait();
      } else {
        wait(Math.max(1, everythingAt.toEpochMilli() - clock.millis()));
      }
    }
  }
}
