package zaguan.gateway.scaling;

import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import zaguan.gateway.catalog.Instance;
import zaguan.gateway.catalog.JobGroup;
import zaguan.gateway.consul.Locks;
import zaguan.gateway.nomad.NomadAllocation;
import zaguan.gateway.nomad.NomadApi;
import zaguan.gateway.nomad.NomadDeployment;
import zaguan.gateway.nomad.NomadEvaluation;
import zaguan.gateway.nomad.NomadJob;

/**
 * One effort to have an instance of a service: asks Nomad to scale its group from 0 to 1 unless
 * somebody has, waits for the allocation, and asks that whether it is ready. One thread, which
 * waits.
 */
final class ScaleFromZero {

  private static final Logger LOG = LoggerFactory.getLogger(ScaleFromZero.class);

  /** How long one step waits for news of Nomad. */
  private static final Duration NEWS = Duration.ofMillis(500);

  /**
   * An instance that is ready.
   *
   * @param probe to ask it again
   */
  record Ready(Instance instance, Probe probe) {}

  /** Longer than a gateway takes to ask: it has died. */
  private static final Duration CLAIMED = Duration.ofSeconds(1);

  /** Between questions that find nothing new. */
  private static final Duration AT_LEAST = Duration.ofMillis(50);

  /** There will be no instance, unless somebody changes something. */
  static final class Failed extends Exception {

    private static final long serialVersionUID = 1;

    private final String reason;

    private Failed(String reason) {
      super(reason);
      this.reason = reason;
    }

    /** A sentence or two, for people. */
    String reason() {
      return reason;
    }
  }

  private final String service;
  private final JobGroup group;
  private final NomadApi nomad;
  private final Locks locks;
  private final Readiness readiness;
  private final LongSupplier clock;
  private @Nullable Registration registration;
  private @Nullable NomadJob job;
  private @Nullable NomadAllocation placed;
  private boolean asked;
  private long index;
  private long claimedSince;
  private volatile String progress = "Nomad has not answered yet.";

  /**
   * @param group as the service says
   */
  ScaleFromZero(
      String service,
      JobGroup group,
      NomadApi nomad,
      Locks locks,
      Probes probes,
      LongSupplier clock) {
    this.service = service;
    readiness = new Readiness(probes, clock);
    this.group = group;
    this.nomad = nomad;
    this.locks = locks;
    this.clock = clock;
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
  @Nullable Ready step() throws IOException, InterruptedException, Failed {
    if (placed == null) {
      if (job == null && !asked()) {
        return null;
      }
      placed = place();
    }
    return placed == null ? null : ready(placed);
  }

  /** Whether the group is to have an instance, as far as Nomad said. */
  boolean isUnderWay() {
    return job != null;
  }

  /** Whether the group is to have an instance, now. */
  private boolean asked() throws IOException, InterruptedException, Failed {
    asked = false;
    NomadJob read = nomad.job(group.job());
    if (read == null) {
      throw new Failed("Nomad has no job " + group.job() + " any more.");
    }
    Standing standing = Standing.of(service, group, read);
    if (standing instanceof Standing.RunsNot(String reason)) {
      throw new Failed(reason);
    }
    if (read.stopped()) {
      throw new Failed(
          "The job " + group.job() + " is stopped. Start it: nomad job start " + group.job());
    }
    Standing.Runs runs = (Standing.Runs) standing;
    if (runs.group().count() == 0) {
      if (!runs.group().mayBeScaled()) {
        throw new Failed("The scaling block of the job " + group.job() + " says enabled = false.");
      }
      String claim = group.job() + "/" + group.group() + "/" + read.modifyIndex();
      if (!locks.take(claim) && !claimedForLong()) {
        Thread.sleep(AT_LEAST); // Another gateway asks at this moment.
        return false;
      }
      claimedSince = 0;
      try {
        if (!scaled(read, runs.group().least())) {
          return false;
        }
      } finally {
        locks.release(claim);
      }
    }
    registration = runs.registration();
    job = read;
    return true;
  }

  /** Nomad would take both of two gateways that ask within the same millisecond. */
  private boolean claimedForLong() {
    long now = clock.getAsLong();
    if (claimedSince == 0) {
      claimedSince = now;
    }
    return now - claimedSince > CLAIMED.toNanos();
  }

  private boolean scaled(NomadJob read, int least) throws IOException, InterruptedException {
    int count = Math.max(1, least);
    switch (nomad.scale(
        group.job(), group.group(), read, count, "a request waits at the gateway")) {
      case done -> {
        asked = true;
        LOG.info("{} is woken: the job {} goes from 0 to {}", service, group.job(), count);
      }
      case meanwhile -> {
        Thread.sleep(AT_LEAST); // Somebody was faster, and may have asked for the same.
        return false;
      }
      case deploymentActive -> {
        progress = "The job " + group.job() + " is being deployed, and cannot be scaled before.";
        Thread.sleep(NEWS);
        return false;
      }
    }
    return true;
  }

  private @Nullable NomadAllocation place() throws IOException, InterruptedException, Failed {
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
      requirePlaceable(newestFirst);
      Thread.sleep(AT_LEAST);
    }
    return null;
  }

  private void requirePlaceable(List<NomadAllocation> newestFirst)
      throws IOException, InterruptedException, Failed {
    for (NomadEvaluation evaluation : nomad.evaluations(group.job())) {
      String why = evaluation.noPlaceFor(group.group());
      if (why != null) {
        throw new Failed("Nomad cannot place the job " + group.job() + ": " + why + ".");
      }
    }
    requireNotFailed(false);
    if (!newestFirst.isEmpty()
        && newestFirst.getFirst().failed()
        && newestFirst.getFirst().createIndex() > Objects.requireNonNull(job).modifyIndex()) {
      throw failed(newestFirst.getFirst());
    }
    // Stopped, or scaled to zero again, since it was asked.
    job = null;
  }

  private @Nullable Ready ready(NomadAllocation allocation)
      throws IOException, InterruptedException, Failed {
    progress =
        "Its allocation " + allocation.id().substring(0, 8) + " was placed, and is not ready yet.";
    NomadAllocation.Port port = registration == null ? null : allocation.port(registration.port());
    Probe probe =
        registration == null || port == null
            ? null
            : readiness.probe(registration.check(), allocation, port);
    if (port == null || probe == null) {
      Thread.sleep(NEWS); // Consul will say when it is ready.
    } else if (readiness.within(NEWS, probe)) {
      return new Ready(Objects.requireNonNull(registration).instance(allocation, port), probe);
    }
    NomadAllocation now = nomad.allocation(allocation.id());
    if (now.failed()) {
      throw failed(now);
    }
    requireNotFailed(now.lives());
    if (!now.lives()) {
      placed = null;
    }
    return null;
  }

  /**
   * @param lives whether there is an allocation all the same
   */
  private void requireNotFailed(boolean lives) throws IOException, InterruptedException, Failed {
    NomadDeployment deployment = nomad.deployment(group.job());
    long since = Objects.requireNonNull(job).version() + (asked ? 1 : 0);
    if (deployment != null && deployment.failed() && deployment.jobVersion() >= since) {
      if (!lives) {
        beginAnewNextTime();
      }
      throw new Failed(
          "The deployment of the job "
              + group.job()
              + " failed: "
              + deployment.description()
              + ".");
    }
  }

  /** Nomad reschedules nothing of a deployment that failed: with a count of 1 it stays at none. */
  private void beginAnewNextTime() throws IOException, InterruptedException {
    NomadJob now = nomad.job(group.job());
    NomadJob.Group failed = now == null ? null : now.group(group.group());
    if (now != null && failed != null && failed.count() == 1 && failed.least() == 0) {
      nomad.scale(
          group.job(), group.group(), now, 0, "its deployment failed; the next request asks again");
    }
  }

  private Failed failed(NomadAllocation allocation) {
    return new Failed(
        "Its allocation "
            + allocation.id().substring(0, 8)
            + " failed: "
            + allocation.lastEvent()
            + ". See: nomad alloc logs -stderr "
            + allocation.id().substring(0, 8));
  }
}
