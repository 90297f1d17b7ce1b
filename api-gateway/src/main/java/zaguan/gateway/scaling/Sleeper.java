package zaguan.gateway.scaling;

import io.micronaut.context.annotation.Context;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import zaguan.discovery.settings.TimeAndChance;
import zaguan.gateway.catalog.JobGroup;
import zaguan.gateway.nomad.NomadApi;
import zaguan.gateway.nomad.NomadJob;
import zaguan.gateway.routing.Route;
import zaguan.gateway.routing.Routes;
import zaguan.gateway.routing.ServiceSettings;

/**
 * Scales a group to zero when no gateway has had a request for the group's services for as long as
 * they ask. A request that begins at that moment is finished by its instance, which leaves Consul
 * before it stops. One gateway acts for all, after it has asked each of the others; if one of them
 * does not answer, no group sleeps. The request to Nomad names the version of the job that was
 * read. What a service says only makes the gateway look at Nomad's record of the job, which
 * decides.
 */
@Context
final class Sleeper {

  private static final Logger LOG = LoggerFactory.getLogger(Sleeper.class);

  private static final Duration PERIOD = Duration.ofSeconds(1);

  /** The pause after Nomad refused, which it will do again for a while. */
  private static final Duration PAUSE = Duration.ofSeconds(30);

  /** The pause after another service of the group, or another gateway, was busy. */
  private static final Duration BUSY = Duration.ofSeconds(2);

  private final Routes routes;
  private final ServiceSettings defaults;
  private final Idleness idleness;
  private final Gateways gateways;
  private final NomadApi nomad;
  private final LongSupplier clock;
  private final long began;
  private final Map<JobGroup, Long> pausedUntil = new HashMap<>();

  /** Why Nomad's record does not allow sleep, as it was logged last. */
  private final Map<JobGroup, String> refused = new HashMap<>();

  private @Nullable Thread thread;

  Sleeper(
      Routes routes,
      ServiceSettings defaults,
      Idleness idleness,
      Gateways gateways,
      NomadApi nomad,
      TimeAndChance timeAndChance) {
    this.routes = routes;
    this.defaults = defaults;
    this.idleness = idleness;
    this.gateways = gateways;
    this.nomad = nomad;
    clock = timeAndChance.nanoTime();
    began = clock.getAsLong();
  }

  @PostConstruct
  void start() {
    thread = Thread.ofVirtual().name("sleeper").start(this::run);
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
    gateways.look();
    if (!gateways.isThisFirst()) {
      return;
    }
    Map<String, Route> byService = new HashMap<>();
    Map<JobGroup, List<Route>> routesOfGroups = new HashMap<>();
    for (Route route : routes.all()) {
      // Of a route that is only remembered, and instances that are called by name, these count.
      byService.merge(
          route.service(), route, (one, other) -> one.instances().isEmpty() ? other : one);
      if (route.group() != null) {
        routesOfGroups.computeIfAbsent(route.group(), group -> new ArrayList<>()).add(route);
      }
    }
    for (Map.Entry<JobGroup, List<Route>> entry : routesOfGroups.entrySet()) {
      JobGroup group = entry.getKey();
      try {
        if (clock.getAsLong() - pausedUntil.getOrDefault(group, began) >= 0
            && entry.getValue().stream().anyMatch(this::asksForSleep)) {
          look(group, byService);
        }
      } catch (IOException | RuntimeException e) { // This thread must outlive any surprise.
        pause(group, PAUSE);
        LOG.warn(
            "{} is not scaled to zero, and not tried for {} s: {}",
            group.job(),
            PAUSE.toSeconds(),
            e.toString());
      }
    }
    pausedUntil.keySet().retainAll(routesOfGroups.keySet());
    refused.keySet().retainAll(routesOfGroups.keySet());
  }

  /** Whether the service asks for it: reason enough to look at Nomad's record. */
  private boolean asksForSleep(Route route) {
    Duration window = route.settings().sleepAfter();
    return !window.isZero() && !route.instances().isEmpty() && isIdle(route, window);
  }

  private void look(JobGroup group, Map<String, Route> byService)
      throws IOException, InterruptedException {
    if (!gateways.haveEndedThatLeft()) {
      return;
    }
    NomadJob job = nomad.job(group.job());
    NomadJob.Group running = job == null || job.stopped() ? null : job.group(group.group());
    if (job == null || running == null || running.count() == 0) {
      pause(group, BUSY);
      return; // It ends already.
    }
    switch (Sleepers.of(job, running, group, byService, defaults)) {
      case Sleepers.None(String reason) -> {
        pause(group, PAUSE);
        if (!reason.equals(refused.put(group, reason))) {
          LOG.warn("The job {} is not scaled to zero: {}", group.job(), reason);
        }
      }
      case Sleepers.All(List<Route> services, Duration window) ->
          sleep(group, job, services, window);
    }
  }

  /** All services of the group must be idle, for the longest that one of them asks for. */
  private void sleep(JobGroup group, NomadJob job, List<Route> services, Duration window)
      throws IOException, InterruptedException {
    refused.remove(group);
    if (!gateways.areTheSameFor(window) || !areIdle(services, window)) {
      pause(group, BUSY);
      return;
    }
    for (Map<String, Long> other : gateways.idleMillisOfOthers()) {
      for (Route route : services) {
        if (other.getOrDefault(route.service(), 0L) < window.toMillis()) {
          pause(group, BUSY);
          return;
        }
      }
    }
    if (!areIdle(services, window)) {
      return; // Asking took its time.
    }
    String why = "no request for " + window.toSeconds() + " s";
    switch (nomad.scale(group.job(), group.group(), job, 0, why)) {
      case done -> LOG.info("The job {} goes to sleep: {}", group.job(), why);
      case meanwhile, deploymentActive ->
          LOG.debug("{} cannot be scaled at present; it is asked again", group.job());
    }
  }

  private void pause(JobGroup group, Duration length) {
    pausedUntil.put(group, clock.getAsLong() + length.toNanos());
  }

  private boolean areIdle(List<Route> services, Duration window) {
    return services.stream().allMatch(route -> isIdle(route, window));
  }

  private boolean isIdle(Route route, Duration window) {
    return idleness.nanos(route) >= window.toNanos();
  }
}
