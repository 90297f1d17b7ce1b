package zaguan.gateway.catalog;

import io.micronaut.context.annotation.Context;
import io.micronaut.core.type.Argument;
import io.micronaut.serde.ObjectMapper;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.random.RandomGenerator;
import zaguan.gateway.BoundedClient;

/**
 * Keeps the catalog live with two long polls, however many services there are. One asks for all
 * checks, and so hears which services' health changed; one asks for all services' names and tags.
 * What changed is read by name, a few at a time.
 *
 * <p>A registration that is replaced by one with another port, meta, weight or tags of one instance
 * changes neither list; but it does end the wait for the second. So whenever that wait ends, all
 * services are read again, at a pace that costs little; also when a name or tag differs, since one
 * answer can hold both kinds of change.
 *
 * <p>Not one long poll for each service: Consul allows a client 200 connections ({@code
 * http_max_conns_per_client}).
 */
@Context
final class CatalogWatch {

  private static final String CHECKS = "/v1/health/state/any";
  private static final String SERVICES = "/v1/catalog/services";
  private static final String ONE_SERVICE = "/v1/health/service/";

  private static final int READ_TOGETHER = 8;

  /**
   * Reading everything again takes at most a twentieth of the time, and begins no sooner than this.
   */
  private static final Duration LEAST_PAUSE = Duration.ofSeconds(1);

  private static final int PAUSE_FACTOR = 20;

  private static final Argument<Map<String, List<String>>> NAMES_AND_TAGS =
      Argument.mapOf(Argument.STRING, Argument.listOf(String.class));
  private static final Argument<List<HealthEntry>> ENTRIES = Argument.listOf(HealthEntry.class);

  private final Catalog catalog;
  private final ConsulApi consul;
  private final ObjectMapper json;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final Outage outage;
  private final Pending pending;
  private final ChecksSeen checksSeen = new ChecksSeen();
  private final ServiceMemory memory;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  private volatile Map<String, List<String>> names = Map.of();
  private volatile boolean namesKnown;

  /** As Consul listed them last. */
  private Map<String, Service> registered = Map.of();

  private Instant nextReadOfAll = Instant.MIN;

  @Inject
  CatalogWatch(
      Catalog catalog,
      ConsulApi consul,
      ServiceMemory memory,
      ConsulSettings settings,
      ObjectMapper json) {
    this(catalog, consul, memory, settings, json, Clock.systemUTC(), RandomGenerator.getDefault());
  }

  CatalogWatch(
      Catalog catalog,
      ConsulApi consul,
      ServiceMemory memory,
      ConsulSettings settings,
      ObjectMapper json,
      InstantSource clock,
      RandomGenerator random) {
    this.catalog = catalog;
    this.consul = consul;
    this.json = json;
    this.clock = clock;
    this.random = random;
    outage = new Outage(settings.settle(), clock, catalog::consulAway);
    pending = new Pending(clock);
    this.memory = memory;
  }

  @PostConstruct
  void start() {
    LongPoll services = new LongPoll(consul, SERVICES, this::readNames, outage, random);
    LongPoll checks = new LongPoll(consul, CHECKS, this::readChecks, outage, random);
    threads.execute(services::run);
    threads.execute(checks::run);
    threads.execute(this::readWhatChanged);
  }

  @PreDestroy
  void stop() {
    threads.shutdownNow();
  }

  private void readNames(byte[] body, boolean fromNothing) throws IOException {
    Map<String, List<String>> before = names;
    Map<String, List<String>> after = json.readValue(body, NAMES_AND_TAGS);
    Set<String> changed = new HashSet<>();
    after.forEach(
        (name, tags) -> {
          if (fromNothing || !tags.equals(before.get(name))) {
            changed.add(name);
          }
        });
    boolean fewer = !after.keySet().containsAll(before.keySet());
    names = after;
    namesKnown = true;
    if (fromNothing || !changed.isEmpty() || fewer) {
      pending.services(changed);
    }
    if (!fromNothing) {
      pending.everythingAt(nextReadOfAll());
    }
  }

  private void readChecks(byte[] body, boolean fromNothing) throws IOException {
    ChecksSeen.Changed changed = checksSeen.next(body, fromNothing);
    pending.services(changed.services());
    pending.nodes(changed.nodes());
  }

  private void readWhatChanged() {
    BackOff backOff = new BackOff(random);
    try {
      while (!Thread.currentThread().isInterrupted()) {
        Pending.Work work = pending.take();
        if (!namesKnown) {
          continue; // The names will come, and with them all there is to read.
        }
        try {
          read(work);
          outage.answered(ONE_SERVICE);
          backOff.afterSuccess();
        } catch (IOException | RuntimeException e) { // This thread must outlive any surprise.
          outage.failed(ONE_SERVICE, e);
          pending.services(work.services());
          pending.nodes(work.nodes());
          if (work.everything()) {
            pending.everythingAt(clock.instant());
          }
          Thread.sleep(backOff.afterFailure());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void read(Pending.Work work) throws IOException, InterruptedException {
    Instant start = clock.instant();
    Map<String, Service> before = registered;
    Map<String, List<String>> listed = names;
    boolean trustsAbsence = outage.trustsAbsence();

    Map<String, Service> after = new HashMap<>();
    List<String> toRead = new ArrayList<>();
    for (String name : listed.keySet()) {
      Service known = before.get(name);
      if (known == null || concerns(work, known)) {
        toRead.add(name);
      } else {
        after.put(name, known);
      }
    }
    for (Service service : readAll(toRead, listed)) {
      after.put(service.name(), service);
    }
    if (!trustsAbsence) {
      before.forEach((name, service) -> after.merge(name, service, CatalogWatch::both));
      pending.everythingAt(outage.settledAt());
    }
    if (!catalog.current().loaded() || !after.equals(before)) {
      if (!catalog.current().loaded()) {
        memory.load(); // Before the first request finds a service that sleeps missing.
      }
      registered = after;
      catalog.publish(Snapshot.of(after));
    }
    if (work.everything()) {
      allWasRead(start);
    }
  }

  private static boolean concerns(Pending.Work work, Service known) {
    return work.everything()
        || work.services().contains(known.name())
        || known.instances().stream().anyMatch(instance -> work.nodes().contains(instance.node()))
        // Where its unhealthy instances are is not known: they may be on that node.
        || (!work.nodes().isEmpty() && known.instances().isEmpty());
  }

  /** The service as it is now, with the instances that it had beside those that it has. */
  private static Service both(Service now, Service before) {
    Map<String, Instance> instances = new HashMap<>();
    before.instances().forEach(instance -> instances.put(instance.id(), instance));
    now.instances().forEach(instance -> instances.put(instance.id(), instance));
    return new Service(now.name(), now.tags(), sorted(instances.values().stream().toList()));
  }

  private List<Service> readAll(List<String> toRead, Map<String, List<String>> listed)
      throws IOException, InterruptedException {
    Semaphore together = new Semaphore(READ_TOGETHER);
    List<Callable<Service>> readings = new ArrayList<>();
    for (String name : toRead) {
      readings.add(
          () -> {
            together.acquire();
            try {
              return readOne(name, listed.getOrDefault(name, List.of()));
            } finally {
              together.release();
            }
          });
    }
    List<Service> services = new ArrayList<>();
    for (Future<Service> reading : threads.invokeAll(readings)) {
      try {
        services.add(reading.get());
      } catch (ExecutionException e) {
        throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
      }
    }
    return services;
  }

  private Service readOne(String name, List<String> tags) throws IOException, InterruptedException {
    ConsulApi.Answer answer = consul.get(ONE_SERVICE + BoundedClient.encoded(name));
    List<Instance> instances =
        json.readValue(answer.body(), ENTRIES).stream()
            .filter(entry -> entry.isHealthy() && entry.hasAddress())
            .map(HealthEntry::instance)
            .toList();
    return new Service(name, Set.copyOf(tags), sorted(instances));
  }

  private static List<Instance> sorted(List<Instance> instances) {
    return instances.stream()
        .sorted(Comparator.comparing(Instance::id).thenComparing(Instance::node))
        .toList();
  }

  private synchronized Instant nextReadOfAll() {
    Instant soonest = clock.instant();
    return nextReadOfAll.isAfter(soonest) ? nextReadOfAll : soonest;
  }

  private synchronized void allWasRead(Instant start) {
    Instant end = clock.instant();
    Duration pause = Duration.between(start, end).multipliedBy(PAUSE_FACTOR);
    nextReadOfAll = end.plus(pause.compareTo(LEAST_PAUSE) < 0 ? LEAST_PAUSE : pause);
  }
}
