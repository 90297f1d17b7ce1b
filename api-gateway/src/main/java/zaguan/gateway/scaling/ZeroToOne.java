package zaguan.gateway.scaling;

import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import zaguan.discovery.consul.Locks;
import zaguan.gateway.catalog.JobGroup;
import zaguan.gateway.nomad.NomadApi;
import zaguan.gateway.nomad.NomadJob;

/**
 * Has Nomad scale the group of a service from 0 to 1, unless somebody has already. One gateway acts
 * for all. One thread, which waits.
 */
final class ZeroToOne {

  private static final Logger LOG = LoggerFactory.getLogger(ZeroToOne.class);

  /** Longer than a gateway takes to ask: one whose claim is older has died. */
  private static final Duration CLAIMED = Duration.ofSeconds(1);

  /** The pause before the job is read again: another gateway asks at this moment. */
  private static final Duration CONTENDED = Duration.ofMillis(50);

  /** The pause before Nomad is asked again whether a deployment is over. */
  private static final Duration DEPLOYING = Duration.ofMillis(500);

  private final Claim claim;
  private final JobGroup group;
  private final NomadApi nomad;
  private final Locks locks;
  private final LongSupplier clock;
  private final Consumer<String> progress;
  private long claimedSince;

  /**
   * @param progress takes a sentence for people when it cannot go on
   */
  ZeroToOne(
      Claim claim, NomadApi nomad, Locks locks, LongSupplier clock, Consumer<String> progress) {
    this.claim = claim;
    group = claim.group();
    this.nomad = nomad;
    this.locks = locks;
    this.clock = clock;
    this.progress = progress;
  }

  /**
   * What Nomad is to have now.
   *
   * @return null if it is to be tried again
   */
  @Nullable Wanted ask() throws IOException, InterruptedException, CannotWakeException {
    NomadJob job = nomad.job(group.job());
    if (job == null) {
      throw new CannotWakeException("Nomad has no job " + group.job() + " any more.");
    }
    Standing standing = Standing.of(claim, job);
    if (standing instanceof Standing.RunsNot(String reason)) {
      throw new CannotWakeException(reason);
    }
    if (job.stopped()) {
      throw new CannotWakeException(
          "The job " + group.job() + " is stopped. Start it: nomad job start " + group.job());
    }
    Standing.Runs runs = (Standing.Runs) standing;
    if (runs.group().count() > 0) {
      return new Wanted(runs.registration(), job, false);
    }
    if (!runs.group().mayBeScaled()) {
      throw new CannotWakeException(
          "The scaling block of the job " + group.job() + " says enabled = false.");
    }
    return isScaledByOne(job, runs.group().least())
        ? new Wanted(runs.registration(), job, true)
        : null;
  }

  /** Nomad would take both of two gateways that ask within the same millisecond. */
  private boolean isScaledByOne(NomadJob job, int least) throws IOException, InterruptedException {
    String lock = group.job() + "/" + group.group() + "/" + job.modifyIndex();
    if (!locks.take(lock) && !isClaimedForLong()) {
      Thread.sleep(CONTENDED);
      return false;
    }
    claimedSince = 0;
    try {
      return isScaled(job, Math.max(1, least));
    } finally {
      locks.release(lock);
    }
  }

  private boolean isClaimedForLong() {
    long now = clock.getAsLong();
    if (claimedSince == 0) {
      claimedSince = now;
    }
    return now - claimedSince > CLAIMED.toNanos();
  }

  private boolean isScaled(NomadJob job, int count) throws IOException, InterruptedException {
    String why = "a request waits at the gateway";
    switch (nomad.scale(group.job(), group.group(), job, count, why)) {
      case done -> {
        LOG.info("{} is woken: the job {} goes from 0 to {}", claim.service(), group.job(), count);
        return true;
      }
      case meanwhile -> Thread.sleep(CONTENDED); // It may have been scaled for the same reason.
      case deploymentActive -> {
        progress.accept(
            "The job " + group.job() + " is being deployed, and cannot be scaled before.");
        Thread.sleep(DEPLOYING);
      }
    }
    return false;
  }
}
