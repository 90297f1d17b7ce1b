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
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import zaguan.gateway.catalog.ServiceMemory;
import zaguan.gateway.routing.JobGroup;
import zaguan.gateway.routing.Route;
import zaguan.gateway.routing.Routes;

/**
 * Forgets the services that are remembered for their job when Nomad has no such job any more, and
 * those that said a job which does not run them. Each gateway asks for itself: soon after a
 * service's last instance has left, and now and then. While Nomad does not answer, all is kept.
 */
@Context
final class GoneJobs {

  private static final Logger LOG = LoggerFactory.getLogger(GoneJobs.class);

  private static final Duration PERIOD = Duration.ofSeconds(1);

  /** Between two questions for one service. */
  private static final Duration AGAIN = Duration.ofSeconds(5);

  /** Questions in one period: where hundreds sleep, each is asked for less often. */
  private static final int TOGETHER = 20;

  private final Routes routes;
  private final ServiceMemory memory;
  private final NomadApi nomad;
  private final Map<String, Long> askedAt = new HashMap<>();
  private boolean away;
  private @Nullable Thread thread;

  GoneJobs(Routes routes, ServiceMemory memory, NomadApi nomad) {
    this.routes = routes;
    this.memory = memory;
    this.nomad = nomad;
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
    Map<String, Route> asleep =
        routes.current().routes().stream()
            .filter(route -> route.group() != null && route.instances().isEmpty())
            .collect(Collectors.toMap(Route::service, route -> route, (one, other) -> one));
    askedAt.keySet().retainAll(asleep.keySet());
    long now = System.nanoTime();
    List<Route> due =
        asleep.values().stream()
            .filter(route -> waited(route, now) >= AGAIN.toNanos())
            .sorted(Comparator.comparingLong((Route route) -> waited(route, now)).reversed())
            .limit(TOGETHER)
            .toList();
    boolean answered = false;
    Exception failure = null;
    for (Route route : due) {
      askedAt.put(route.service(), now);
      try {
        look(route, Objects.requireNonNull(route.group()));
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
      LOG.warn("Services that sleep are kept, since Nomad does not say which jobs it has", failure);
    }
  }

  private long waited(Route route, long now) {
    Long asked = askedAt.get(route.service());
    return asked == null ? Long.MAX_VALUE : now - asked;
  }

  private boolean isRemembered(String service, JobGroup group) {
    Map<String, String> meta = memory.meta(service);
    return meta == null || group.equals(JobGroup.of(List.of(meta)));
  }

  private void look(Route route, JobGroup group) throws IOException, InterruptedException {
    String service = route.service();
    NomadJob job = nomad.job(group);
    if (!route.upstream().list().isEmpty() || !isRemembered(service, group)) {
      return; // It is back, or an unhealthy instance says another job.
    }
    if (job == null && !nomad.hasElsewhere(group)) {
      routes.forget(service);
      if (memory.forget(service)) {
        LOG.info("{} is forgotten: Nomad has no job {} any more", service, group.job());
      }
      return;
    }
    Standing standing =
        job == null
            ? new Standing.RunsNot("The job " + group.job() + " is not in the namespace default.")
            : Standing.of(service, group, job);
    // Its route stays for an hour, as that of a service which does not say its job.
    if (standing instanceof Standing.RunsNot(String reason) && memory.forget(service)) {
      LOG.warn("{} is not remembered as one that can be woken: {}", service, reason);
    }
  }
}
