package zaguan.gateway.scaling;

import io.micronaut.context.annotation.Context;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import zaguan.discovery.catalog.Service;
import zaguan.discovery.settings.TimeAndChance;
import zaguan.gateway.catalog.Catalog;
import zaguan.gateway.catalog.JobGroup;
import zaguan.gateway.catalog.SleepingServices;
import zaguan.gateway.nomad.NomadApi;
import zaguan.gateway.nomad.NomadJob;
import zaguan.gateway.routing.Routes;

/**
 * Forgets the services that are remembered for their job when Nomad has that job no more, and those
 * that named a job which does not run them. Each gateway asks Nomad for itself: soon after a
 * service's last instance has left, and then now and then. While Nomad does not answer, all is
 * kept.
 */
@Context
final class GoneJobs {

  private static final Logger LOG = LoggerFactory.getLogger(GoneJobs.class);

  private static final Duration PERIOD = Duration.ofSeconds(1);

  /** Between two questions for one service. */
  private static final Duration AGAIN = Duration.ofSeconds(5);

  /** Questions in one period: where hundreds sleep, each is asked for less often. */
  private static final int TOGETHER = 20;

  private final Catalog catalog;
  private final Routes routes;
  private final SleepingServices memory;
  private final NomadApi nomad;
  private final LongSupplier clock;
  private final Map<String, Long> askedAt = new HashMap<>();
  private boolean away;
  private @Nullable Thread thread;

  GoneJobs(
      Catalog catalog,
      Routes routes,
      SleepingServices memory,
      NomadApi nomad,
      TimeAndChance timeAndChance) {
    this.catalog = catalog;
    this.routes = routes;
    this.memory = memory;
    this.nomad = nomad;
    clock = timeAndChance.nanoTime();
  }

  @PostConstruct
  void start() {
    thread = Thread.ofVirtual().name("gone-jobs").start(this::run);
  }

  @PreDestroy
  void stop() {
    Objects.requireNonNull(thread).interrupt();
  }

  private void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        Thread.sleep(PERIOD);
        look();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void look() throws InterruptedException {
    Map<String, JobGroup> asleep = asleep();
    askedAt.keySet().retainAll(asleep.keySet());
    long now = clock.getAsLong();
    List<String> due =
        asleep.keySet().stream()
            .filter(service -> waited(service, now) >= AGAIN.toNanos())
            .sorted(Comparator.comparingLong((String service) -> waited(service, now)).reversed())
            .limit(TOGETHER)
            .toList();
    boolean answered = false;
    Exception failure = null;
    for (String service : due) {
      askedAt.put(service, now);
      try {
        look(service, Objects.requireNonNull(asleep.get(service)));
        answered = true;
      } catch (NomadApi.Refused | RuntimeException e) { // It may be this job's name alone.
        failure = e;
      } catch (IOException e) {
        failure = e;
        break;
      }
    }
    if (answered && away) {
      away = false;
      LOG.info("Nomad answers again which jobs it has");
    } else if (failure != null && !answered && !away) {
      away = true;
      LOG.warn(
          "Services that sleep are kept, since Nomad does not say which jobs it has: {}",
          failure.toString());
    }
  }

  /** With a route or without: another service may have taken it. */
  private Map<String, JobGroup> asleep() {
    Map<String, JobGroup> asleep = new HashMap<>();
    for (Service service : catalog.current().services().values()) {
      JobGroup group = service.isAwake() ? null : JobGroup.of(service.metas());
      if (group != null) {
        asleep.put(service.name(), group);
      }
    }
    return asleep;
  }

  private long waited(String service, long now) {
    Long asked = askedAt.get(service);
    return asked == null ? Long.MAX_VALUE : now - asked;
  }

  private boolean isRemembered(String service, JobGroup group) {
    Map<String, String> meta = memory.meta(service);
    return meta == null || group.equals(JobGroup.of(List.of(meta)));
  }

  private void look(String service, JobGroup group) throws IOException, InterruptedException {
    NomadJob job = nomad.job(group.job());
    Service now = catalog.current().service(service);
    if (now == null || now.isAwake() || !isRemembered(service, group)) {
      return; // It is back, or an unhealthy instance says another job.
    }
    if (job == null && !nomad.hasElsewhere(group.job())) {
      routes.forget(service);
      if (memory.forget(service)) {
        LOG.info("{} is forgotten: Nomad has no job {} any more", service, group.job());
      }
      return;
    }
    Standing standing =
        job == null
            ? new Standing.RunsNot("The job " + group.job() + " is not in the namespace default.")
            : Standing.of(new Claim(service, group, now.isPublic()), job);
    // Its route stays for an hour, as that of a service which does not say its job.
    if (standing instanceof Standing.RunsNot(String reason) && memory.forget(service)) {
      LOG.warn("{} is not remembered as one that can be woken: {}", service, reason);
    }
  }
}
