package zaguan.gateway.scaling;

import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Value;
import io.micronaut.core.type.Argument;
import io.micronaut.runtime.server.EmbeddedServer;
import io.micronaut.serde.ObjectMapper;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Provider;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import zaguan.gateway.catalog.Catalog;
import zaguan.gateway.catalog.Instance;
import zaguan.gateway.catalog.Service;
import zaguan.gateway.routing.JobGroup;
import zaguan.gateway.routing.Route;
import zaguan.gateway.routing.Routes;

/**
 * Scales services to zero that no gateway has had a request for in the time that they ask for. Of
 * the gateways in Consul the one of the first address does it, after it has asked each other; if
 * one does not answer, none sleeps. Should two think that they are the first, Nomad takes the word
 * of one: who scales names the version of the job that it has read.
 */
@Context
final class Sleeper {

  private static final Logger LOG = LoggerFactory.getLogger(Sleeper.class);

  private static final Duration PERIOD = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /** After Nomad refused, which it will do again for a while. */
  private static final Duration PAUSE = Duration.ofSeconds(30);

  private static final Argument<Map<String, Long>> IDLE = Argument.mapOf(String.class, Long.class);

  private final Routes routes;
  private final Catalog catalog;
  private final NomadApi nomad;
  private final ObjectMapper json;
  private final Provider<EmbeddedServer> server;
  private final String ownService;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(PATIENCE).build();
  private @Nullable Thread thread;
  private List<String> gateways = List.of();
  private long gatewaysSince = System.nanoTime();
  private long pausedUntil = System.nanoTime();

  Sleeper(
      Routes routes,
      Catalog catalog,
      NomadApi nomad,
      ObjectMapper json,
      Provider<EmbeddedServer> server,
      @Value("${micronaut.application.name}") String ownService) {
    this.routes = routes;
    this.catalog = catalog;
    this.nomad = nomad;
    this.json = json;
    this.server = server;
    this.ownService = ownService;
  }

  @PostConstruct
  void start() {
    thread = Thread.ofVirtual().name("sleeper").start(this::run);
  }

  @PreDestroy
  void stop() {
    Objects.requireNonNull(thread).interrupt();
    client.shutdownNow();
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
    try {
      List<Route> idle = idle();
      if (!idle.isEmpty() && isFirst() && System.nanoTime() - pausedUntil >= 0) {
        List<Map<String, Long>> others = others();
        for (Route route : idle) {
          if (others.stream().allMatch(other -> isIdle(route, other))) {
            sleep(route, Objects.requireNonNull(route.group()));
          }
        }
      }
    } catch (IOException | RuntimeException e) { // This thread must outlive any surprise.
      pausedUntil = System.nanoTime() + PAUSE.toNanos();
      LOG.warn("No service is scaled to zero for {} s: {}", PAUSE.toSeconds(), e.toString());
    }
  }

  private List<Route> idle() {
    followGateways();
    List<Route> idle = new ArrayList<>();
    long same = System.nanoTime() - gatewaysSince;
    for (Route route : routes.current().routes()) {
      long window = route.settings().sleepAfter().toNanos();
      if (window > 0
          && route.group() != null
          && !route.instances().isEmpty()
          && route.upstream().idle() >= window
          // One that has left may have requests that it finishes, and cannot be asked any more.
          && same >= window) {
        idle.add(route);
      }
    }
    return idle;
  }

  private void followGateways() {
    Service own = catalog.current().service(ownService);
    List<String> now =
        own == null
            ? List.of()
            : own.instances().stream()
                .map(Instance::address)
                .sorted(Comparator.naturalOrder())
                .toList();
    if (!now.equals(gateways)) {
      gateways = now;
      gatewaysSince = System.nanoTime();
    }
  }

  private boolean isFirst() {
    return !gateways.isEmpty() && gateways.getFirst().equals(server.get().getURI().getAuthority());
  }

  private List<Map<String, Long>> others() throws IOException, InterruptedException {
    List<Map<String, Long>> others = new ArrayList<>();
    for (String address : gateways.subList(1, gateways.size())) {
      HttpResponse<byte[]> response =
          client.send(
              HttpRequest.newBuilder(URI.create("http://" + address + Idleness.PATH))
                  .timeout(PATIENCE)
                  .build(),
              BodyHandlers.ofByteArray());
      if (response.statusCode() != 200) {
        throw new IOException("the gateway at " + address + " said " + response.statusCode());
      }
      others.add(json.readValue(response.body(), IDLE));
    }
    return others;
  }

  private static boolean isIdle(Route route, Map<String, Long> other) {
    return other.getOrDefault(route.service(), 0L) >= route.settings().sleepAfter().toMillis();
  }

  private void sleep(Route route, JobGroup group) throws IOException, InterruptedException {
    NomadJob job = nomad.job(group);
    NomadJob.Group running = job == null || job.stopped() ? null : job.group(group.group());
    if (job == null || running == null || running.count() == 0) {
      return; // It ends already.
    }
    String why = "no request for " + route.settings().sleepAfter().toSeconds() + " s";
    switch (nomad.scale(group, job, 0, why)) {
      case done -> LOG.info("{} goes to sleep: {}", route.service(), why);
      case meanwhile, deploymentActive ->
          LOG.debug("{} cannot be scaled at present; it is asked again", route.service());
    }
  }
}
