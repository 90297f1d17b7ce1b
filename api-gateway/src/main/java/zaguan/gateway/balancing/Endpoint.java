package zaguan.gateway.balancing;

import java.util.concurrent.atomic.AtomicInteger;
import zaguan.gateway.catalog.Instance;

/** An instance as one gateway sees it: what Consul says of it, and what requests have shown. */
public final class Endpoint {

  /** A new instance begins with this part of its share. */
  private static final double COLD = 0.1;

  final Latency latency = new Latency();
  final Ejection ejection = new Ejection();
  final Complaints complaints = new Complaints();
  final AtomicInteger inFlight = new AtomicInteger();
  private final String address;
  private volatile Instance instance;
  private final long since;
  private final long warmUp;

  Endpoint(Instance instance, long since, long warmUp) {
    this.instance = instance;
    address = instance.address();
    this.since = since;
    this.warmUp = warmUp;
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

  /** Whether it is set aside at present. */
  public boolean ejected() {
    return ejection.ejected();
  }

  /** What part of its share it should get by now, up to 1. */
  double warmth(long now) {
    long age = now - since;
    return age >= warmUp ? 1 : COLD + (1 - COLD) * age / warmUp;
  }
}
