package zaguan.discovery.catalog;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import zaguan.discovery.consul.ConsulCatalog;
import zaguan.discovery.consul.Outage;
import zaguan.discovery.settings.TimeAndChance;

/**
 * Keeps what Consul lists of one service live, by a long poll on a virtual thread of its own. While
 * Consul is away, what it said last stays in force.
 */
public final class LiveService implements AutoCloseable {

  private final String name;
  private final Outage outage;
  private final InstantSource clock;
  private final Consumer<Service> listener;
  private final Thread poll;

  /** As Consul listed it last. */
  @GuardedBy("this")
  private @Nullable Service listed;

  /** As the listener was told last: also instances that are not believed gone yet. */
  @GuardedBy("this")
  private @Nullable Service told;

  /**
   * Asks from now on.
   *
   * @param outage what is known of Consul's absence, by all that ask it
   * @param listener told what there is, at first and whenever it changes; one call at a time, on a
   *     virtual thread, under a lock: must neither wait nor call back
   */
  public LiveService(
      String name,
      ConsulCatalog consul,
      Outage outage,
      TimeAndChance timeAndChance,
      Consumer<Service> listener) {
    this.name = name;
    this.outage = outage;
    this.listener = listener;
    clock = timeAndChance.clock();
    poll =
        Thread.ofVirtual()
            .name("live-" + name)
            .start(
                () ->
                    consul.pollEntries(
                        name,
                        entries -> list(ServiceReader.service(name, List.of(), entries)),
                        outage,
                        timeAndChance.random()));
  }

  private synchronized void list(Service now) {
    listed = now;
    if (told == null || outage.trustsAbsence()) {
      tell(now);
    } else {
      tell(now.besides(told));
      Thread.ofVirtual().name("settle-" + name).start(this::settle);
    }
  }

  /** Once Consul is to be believed again, what it lists holds alone. */
  private void settle() {
    try {
      while (!outage.trustsAbsence()) {
        Thread.sleep(
            Duration.between(clock.instant(), outage.settledAt()).plus(Duration.ofMillis(100)));
      }
      synchronized (this) {
        if (listed != null && !Thread.currentThread().isInterrupted()) {
          tell(listed);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @GuardedBy("this")
  private void tell(Service now) {
    if (!now.equals(told)) {
      told = now;
      listener.accept(now);
    }
  }

  /** Ends the poll; what was told last stays as it is. */
  @Override
  public void close() {
    poll.interrupt();
  }
}
