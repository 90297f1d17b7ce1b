package zaguan.discovery.balancing;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the log says of instances. A thread of its own. */
public final class InstanceLog implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(InstanceLog.class);

  /** For what was not said yet when it is closed. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final InstanceEvents events;
  private final Thread thread;

  /** Writes from now on, and takes each event from the queue. */
  public InstanceLog(InstanceEvents events) {
    this.events = events;
    thread = Thread.ofVirtual().name("instance-log").start(this::run);
  }

  private void run() {
    try {
      while (true) {
        tell(events.take());
      }
    } catch (InterruptedException stopped) {
      for (InstanceEvent event = events.poll(); event != null; event = events.poll()) {
        tell(event);
      }
    }
  }

  private void tell(InstanceEvent event) {
    try {
      write(event);
      long lost = events.lost();
      if (lost > 0) {
        LOG.warn("{} events of instances were lost: they came too fast", lost);
      }
    } catch (RuntimeException e) { // Or nothing would be said any more.
      LOG.error("{} cannot be said", event, e);
    }
  }

  private static void write(InstanceEvent event) {
    String service = event.service();
    String address = event.instance().address();
    switch (event) {
      case InstanceEvent.Ejected ejected ->
          LOG.warn(
              "{} at {} is set aside for {} s: it refuses connections or keeps failing",
              service,
              address,
              ejected.pause().toSeconds());
      case InstanceEvent.Back back when back.answered() ->
          LOG.info("{} at {} answers again", service, address);
      case InstanceEvent.Back _ ->
          LOG.debug("{} at {} is asked again: too few are left", service, address);
      case InstanceEvent.Woken _ -> LOG.info("{} at {} is ready", service, address);
      case InstanceEvent.Joined _ -> LOG.debug("{} at {} has joined", service, address);
      case InstanceEvent.Left _ -> LOG.debug("{} at {} has left", service, address);
      case InstanceEvent.Warmed _ -> LOG.debug("{} at {} is warm", service, address);
    }
  }

  /** Writes what has happened so far, and ends; waits for that, a second at most. */
  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join(PATIENCE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
