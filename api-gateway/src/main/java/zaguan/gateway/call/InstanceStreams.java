package zaguan.gateway.call;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import zaguan.discovery.balancing.Endpoint;

/**
 * The connections of one event loop to instances. The transport implements it. Only on that event
 * loop.
 */
public interface InstanceStreams {

  /**
   * A connection that is open and unused: the one that was used last; null if there is none.
   *
   * @param resendable whether the request may be sent again if the connection turns out to be dead
   */
  @Nullable InstanceStream idle(Endpoint endpoint, boolean resendable);

  /**
   * Begins to connect; the listener is told how that went, later.
   *
   * @param timeout for how long; 1 ms or more
   */
  void connect(Endpoint endpoint, Duration timeout, InstanceStream.Listener listener);
}
