package zaguan.gateway.scaling;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import zaguan.gateway.nomad.NomadAllocation;
import zaguan.gateway.nomad.NomadJob;

/** Asks an allocation itself whether it is ready, as the first of its service's checks does. */
final class Readiness {

  private static final Duration BETWEEN = Duration.ofMillis(10);

  private final Probes probes;
  private final LongSupplier clock;

  /**
   * @param clock in nanoseconds
   */
  Readiness(Probes probes, LongSupplier clock) {
    this.probes = probes;
    this.clock = clock;
  }

  /**
   * @param check null if the service has none: then a connection says enough
   * @param port that of the service
   * @return null for what only Consul can ask: a check of another type, or by HTTPS
   */
  @Nullable Probe probe(
      NomadJob.@Nullable Check check, NomadAllocation allocation, NomadAllocation.Port port) {
    if (check == null) {
      return probes.connection(port.host(), port.value());
    }
    NomadAllocation.Port checked =
        check.port() == null || check.port().isEmpty() ? port : allocation.port(check.port());
    return checked == null ? null : probe(check, checked);
  }

  private @Nullable Probe probe(NomadJob.Check check, NomadAllocation.Port port) {
    if ("tcp".equals(check.type())) {
      return probes.connection(port.host(), port.value());
    }
    boolean plain =
        check.protocol() == null || check.protocol().isEmpty() || check.protocol().equals("http");
    return "http".equals(check.type()) && plain && check.path() != null
        ? probes.http(port.host(), port.value(), check.path())
        : null;
  }

  /** Asks until it is ready, or the time is over. */
  boolean within(Duration time, Probe probe) throws InterruptedException {
    long end = clock.getAsLong() + time.toNanos();
    while (!probe.isReady()) {
      if (clock.getAsLong() - end > 0) {
        return false;
      }
      Thread.sleep(BETWEEN);
    }
    return true;
  }
}
