package zaguan.discovery.balancing;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import zaguan.discovery.catalog.Instance;

/** An instance as one gateway sees it: what Consul says of it, and what requests have shown. */
public final class Endpoint {

  /** A new instance begins with this part of its share. */
  private static final double COLD = 0.1;

  final Latency latency = new Latency();
  final Ejection ejection = new Ejection();
  private final Complaints complaints = new Complaints();
  final AtomicInteger inFlight = new AtomicInteger();
  private final String address;
  private volatile Instance instance;
  private final long since;
  private final long warmUp;

  /** Until it is told that it is warm; where there is no warm-up, nothing is told. */
  private final AtomicBoolean cold;

  Endpoint(Instance instance, long since, long warmUp) {
    this.instance = instance;
    address = instance.address();
    this.since = since;
    this.warmUp = warmUp;
    cold = new AtomicBoolean(warmUp > 0);
  }

  /** As Consul lists it. */
  public Instance instance() {
    return instance;
  }

  /** Host and port, as in a URI. */
  public String address() {
    return address;
  }

  /** A name or an address. */
  public String host() {
    return instance.host();
  }

  /** Of TCP. */
  public int port() {
    return instance.port();
  }

  void replaceInstance(Instance same) {
    instance = same;
  }

  /** Requests sent to it that have not ended, without those that are long in coming. */
  public int inFlight() {
    return inFlight.get();
  }

  /**
   * What the log is to say of an instance that sent what is no HTTP: a line a minute at most.
   *
   * @param what is wrong, and in which request; it is cut and cleaned
   * @param now in nanoseconds, by the same clock each time
   * @return null if it is to be left out
   */
  public @Nullable String complaint(String what, long now) {
    return complaints.line(what, now);
  }

  /** Whether it is set aside at present. */
  public boolean ejected() {
    return ejection.ejected();
  }

  /** What part of its share it should get by now, up to 1. */
  double warmth(long now) {
    long age = now - since;
    return age >= warmUp ? 1 : COLD + (1 - COLD) * age / warmUp;
  }

  /** Whether it is warm, and that was not told yet. Once true. */
  boolean isNewlyWarm() {
    return cold.getPlain() && cold.compareAndSet(true, false);
  }
}
