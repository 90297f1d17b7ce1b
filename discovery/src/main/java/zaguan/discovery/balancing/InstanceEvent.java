package zaguan.discovery.balancing;

import java.time.Duration;
import zaguan.discovery.catalog.Instance;

/** What happens to an instance, as this gateway sees it. */
public sealed interface InstanceEvent {

  /** The name of the service. */
  String service();

  /** As Consul lists it. */
  Instance instance();

  /** It may be asked from now on. */
  record Joined(String service, Instance instance) implements InstanceEvent {}

  /** It is not asked any more: it has left Consul, its checks fail, or its weight is 0. */
  record Left(String service, Instance instance) implements InstanceEvent {}

  /** It is set aside, since it refuses connections or keeps failing, and tried after the pause. */
  record Ejected(String service, Instance instance, Duration pause) implements InstanceEvent {}

  /**
   * It was set aside, and gets its share again.
   *
   * @param answered whether it has answered; else more than half would be set aside without it
   */
  record Back(String service, Instance instance, boolean answered) implements InstanceEvent {}

  /** It was new, and a request has met it with its full share. */
  record Warmed(String service, Instance instance) implements InstanceEvent {}

  /** Its service slept, and was woken by a request: this instance is ready. */
  record Woken(String service, Instance instance) implements InstanceEvent {}
}
