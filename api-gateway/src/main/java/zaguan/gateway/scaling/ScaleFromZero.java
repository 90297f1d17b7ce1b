package zaguan.gateway.scaling;

import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import zaguan.discovery.catalog.Instance;
import zaguan.discovery.consul.Locks;
import zaguan.gateway.catalog.JobGroup;
import zaguan.gateway.nomad.NomadAllocation;
import zaguan.gateway.nomad.NomadApi;

/**
 * One effort to have an instance of a service: has its group scaled, waits for the allocation, and
 * asks the allocation whether it is ready. One thread, which waits.
 */
final class ScaleFromZero {

  /** How long one step waits for news of Nomad. */
  private static final Duration NEWS = Duration.ofMillis(500);

  /** Between questions that find nothing new. */
  private static final Duration AT_LEAST = Duration.ofMillis(50);

  /**
   * An instance that is ready.
   *
   * @param probe to ask it again
   */
  record Ready(Instance instance, Probe probe) {}

  private final JobGroup group;
  private final NomadApi nomad;
  private final ZeroToOne zeroToOne;
  private final Diagnosis diagnosis;
  private final Readiness readiness;
  private @Nullable Wanted wanted;
  private @Nullable NomadAllocation placed;
  private long index;
  private volatile String progress = "Nomad has not answered yet.";

  ScaleFromZero(Claim claim, NomadApi nomad, Locks locks, Probes probes, LongSupplier clock) {
    group = claim.group();
    this.nomad = nomad;
    zeroToOne = new ZeroToOne(claim, nomad, locks, clock, this::progress);
    diagnosis = new Diagnosis(group, nomad);
    readiness = new Readiness(probes, clock);
  }

  /** How far it got, a sentence for people. Any thread. */
  String progress() {
    return progress;
  }

  /**
   * Does what is next, for a second at most while Nomad answers.
   *
   * @return the instance, when it is ready
   * @throws IOException if Nomad does not answer, or refuses
   */
  @Nullable Ready step() throws IOException, InterruptedException, CannotWakeException {
    if (wanted == null) {
      wanted = zeroToOne.ask();
    }
    if (wanted != null && placed == null) {
      placed = place(wanted);
    }
    return wanted == null || placed == null ? null : ready(wanted, placed);
  }

  /** Whether the group is to have an instance, as far as Nomad said. */
  boolean isUnderWay() {
    return wanted != null;
  }

  /** Why there is no instance if Nomad cannot be asked; for people. */
  String withoutNomad(IOException e) {
    // The JDK's client gives no message for a refused connection.
    String said = e.getMessage() == null ? "it took no connection" : e.getMessage();
    return "Nomad at " + nomad.address() + " cannot be asked to wake it: " + said + ".";
  }

  private void progress(String sentence) {
    progress = sentence;
  }

  private @Nullable NomadAllocation place(Wanted now)
      throws IOException, InterruptedException, CannotWakeException {
    progress = "Nomad was asked for an instance, and has not placed it yet.";
    NomadApi.Allocations allocations = nomad.allocations(group.job(), index, NEWS);
    boolean first = index == 0;
    index = allocations.index();
    List<NomadAllocation> newestFirst =
        allocations.list().stream()
            .filter(allocation -> allocation.group().equals(group.group()))
            .filter(allocation -> !allocation.isCanary())
            .sorted(Comparator.comparingLong(NomadAllocation::createIndex).reversed())
            .toList();
    Optional<NomadAllocation> living =
        newestFirst.stream().filter(NomadAllocation::lives).findFirst();
    if (living.isPresent()) {
      return nomad.allocation(living.get().id());
    }
    if (!first) {
      diagnosis.requirePlaceable(now, newestFirst);
      wanted = null; // Stopped, or scaled to zero again, since it was asked.
      Thread.sleep(AT_LEAST);
    }
    return null;
  }

  private @Nullable Ready ready(Wanted now, NomadAllocation allocation)
      throws IOException, InterruptedException, CannotWakeException {
    progress = "Its allocation " + allocation.shortId() + " was placed, and is not ready yet.";
    Registration registration = now.registration();
    NomadAllocation.Port port = allocation.port(registration.port());
    Probe probe = port == null ? null : readiness.probe(registration.check(), allocation, port);
    if (port == null || probe == null) {
      Thread.sleep(NEWS); // Only Consul can say when it is ready.
    } else if (readiness.within(NEWS, probe)) {
      return new Ready(registration.instance(allocation, port), probe);
    }
    NomadAllocation later = nomad.allocation(allocation.id());
    Diagnosis.requireNotFailed(later);
    diagnosis.requireDeployed(now, later.lives());
    if (!later.lives()) {
      placed = null;
    }
    return null;
  }
}
