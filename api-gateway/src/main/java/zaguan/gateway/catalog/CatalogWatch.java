package zaguan.gateway.catalog;

import io.micronaut.context.annotation.Context;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.random.RandomGenerator;
import zaguan.discovery.catalog.Service;
import zaguan.discovery.consul.BackOff;
import zaguan.discovery.consul.ConsulCatalog;
import zaguan.discovery.consul.ConsulSettings;
import zaguan.discovery.consul.HealthDiff;
import zaguan.discovery.consul.Outage;
import zaguan.discovery.consul.Question;
import zaguan.discovery.settings.TimeAndChance;

/**
 * Keeps the catalog live with two long polls, however many services there are. One asks for all
 * checks, and so hears which services' health changed. The other asks for all services' names and
 * tags. What changed is read by name, a few at a time.
 *
 * <p>An instance may be registered anew with another port, meta, weight or tags. That need not
 * change either list, but it ends the wait for the second. So whenever that wait ends, all services
 * are read again, at a pace that costs little. They are read again even if a name or a tag differs,
 * since one answer can hold both kinds of change.
 *
 * <p>Not one long poll for each service: Consul allows a client 200 connections ({@code
 * http_max_conns_per_client}).
 */
@Context
final class CatalogWatch {

  private final Catalog catalog;
  private final ConsulCatalog consul;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final Outage outage;
  private final ReadQueue pending;
  private final ReadPace pace;
  private final ListedNames names = new ListedNames();
  private final SleepingServices memory;
  private final Holders holders;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Unread unread = new Unread();
  private final Readings readings;

  /** As Consul listed them last. */
  private Map<String, Service> registered = Map.of();

  private List<String> problems = List.of();

  CatalogWatch(
      Catalog catalog,
      ConsulCatalog consul,
      SleepingServices memory,
      Holders holders,
      ConsulSettings settings,
      TimeAndChance timeAndChance) {
    this.catalog = catalog;
    this.consul = consul;
    clock = timeAndChance.clock();
    random = timeAndChance.random();
    outage = new Outage(settings.settle(), clock, catalog::consulAway);
    pending = new ReadQueue(clock);
    pace = new ReadPace(clock);
    this.memory = memory;
    this.holders = holders;
    readings = new Readings(consul, unread, threads);
  }

  @PostConstruct
  void start() {
    threads.execute(() -> consul.pollNames(this::readNames, outage, random));
    threads.execute(() -> consul.pollChecks(this::readChecks, outage, random));
    threads.execute(this::readWhatChanged);
  }

  @PreDestroy
  void stop() {
    threads.shutdownNow();
  }

  private void readNames(Map<String, List<String>> listed, boolean fromNothing) {
    ListedNames.Changed changed = names.next(listed, fromNothing);
    if (fromNothing || !changed.services().isEmpty() || changed.fewer()) {
      pending.services(changed.services());
    }
    if (!fromNothing) {
      pending.everythingAt(pace.next());
    }
  }

  private void readChecks(HealthDiff.Changed changed) {
    pending.services(changed.services());
    pending.nodes(changed.nodes());
  }

  private void readWhatChanged() {
    BackOff backOff = new BackOff(random);
    try {
      while (!Thread.currentThread().isInterrupted()) {
        ReadQueue.Work work = pending.take();
        if (!names.loaded()) {
          continue; // The names will come, and with them all there is to read.
        }
        try {
          read(work);
          outage.answered(Question.INSTANCES);
          Set<String> again = unread.toReadAtOnce();
          if (again.isEmpty()) {
            backOff.afterSuccess();
          } else {
            pending.services(again);
            Thread.sleep(backOff.afterFailure());
          }
        } catch (IOException | RuntimeException e) { // This thread must outlive any surprise.
          outage.failed(Question.INSTANCES, e);
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

  private void read(ReadQueue.Work work) throws IOException, InterruptedException {
    Instant start = clock.instant();
    Map<String, Service> before = registered;
    Map<String, List<String>> listed = names.current();
    boolean trustsAbsence = outage.trustsAbsence();

    Map<String, Service> after = new HashMap<>();
    Map<String, List<String>> toRead = new HashMap<>();
    unread.retain(listed.keySet());
    for (Map.Entry<String, List<String>> each : listed.entrySet()) {
      Service known = before.get(each.getKey());
      if (known != null) {
        after.put(known.name(), known); // Also if it cannot be read now.
      }
      if (known == null ? isDue(each.getKey(), work, start) : concerns(work, known)) {
        toRead.put(each.getKey(), each.getValue());
      }
    }
    for (Service service : readings.read(toRead, catalog.current().loaded(), start)) {
      after.put(service.name(), service);
    }
    if (!trustsAbsence) {
      before.forEach((name, service) -> after.merge(name, service, Service::besides));
      pending.everythingAt(outage.settledAt());
    }
    List<String> wrong = unread.problems(after::containsKey);
    after.values().stream()
        .filter(service -> !service.problems().isEmpty())
        .sorted(Comparator.comparing(Service::name))
        .forEach(service -> wrong.addAll(service.problems()));
    if (!catalog.current().loaded() || !after.equals(before) || !wrong.equals(problems)) {
      if (!catalog.current().loaded()) {
        holders.load(); // Before the first contest is decided.
        memory.load(); // Before the first request finds a service that sleeps missing.
      }
      registered = after;
      problems = wrong;
      catalog.publish(Snapshot.of(after, wrong));
    }
    if (work.everything()) {
      pace.wasRead(start);
    }
    Instant next = unread.next();
    if (next != null) {
      pending.everythingAt(next);
    }
  }

  private boolean isDue(String unknown, ReadQueue.Work work, Instant now) {
    return work.everything() || !unread.rests(unknown, work.services().contains(unknown), now);
  }

  private static boolean concerns(ReadQueue.Work work, Service known) {
    return work.everything()
        || work.services().contains(known.name())
        || known.instances().stream().anyMatch(instance -> work.nodes().contains(instance.node()))
        || known.unasked().stream().anyMatch(instance -> work.nodes().contains(instance.node()));
  }
}
