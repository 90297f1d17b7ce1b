package zaguan.gateway.catalog;

import io.micronaut.serde.ObjectMapper;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import zaguan.discovery.catalog.Instance;
import zaguan.discovery.catalog.Service;
import zaguan.discovery.consul.ConsulApi;
import zaguan.discovery.consul.KeyValues;
import zaguan.discovery.logging.Printable;

/**
 * Keeps the services that name their Nomad job, in Consul's key/value store under {@code
 * zaguan/services/}. A service that sleeps is not registered, and a gateway that starts meanwhile
 * has to know it all the same. The store is read once; a thread of its own writes it when what a
 * service says changes. Where Consul does not allow that, the gateway itself remembers, until it
 * ends.
 */
@Singleton
public final class SleepingServices {

  private static final Logger LOG = LoggerFactory.getLogger(SleepingServices.class);

  private static final String KEYS = "zaguan/services/";
  private static final Duration PAUSE = Duration.ofSeconds(5);
  private static final int MOST_SAID = 100;

  private final Catalog catalog;
  private final KeyValues store;
  private final ObjectMapper json;
  private final ConcurrentMap<String, Remembered> known = new ConcurrentHashMap<>();

  /** Names of services whose entry in the store is out of date. */
  private final BlockingQueue<String> changed = new LinkedBlockingQueue<>();

  /** Names that Consul does not take as a key and that were logged. Only the thread that saves. */
  private final Set<String> refused = new HashSet<>();

  private volatile boolean loaded;
  private volatile boolean failing;
  private @Nullable Thread thread;

  SleepingServices(Catalog catalog, KeyValues store, ObjectMapper json) {
    this.catalog = catalog;
    this.store = store;
    this.json = json;
  }

  @PostConstruct
  void start() {
    catalog.onChange(this::rememberWhatIsSaid);
    thread = Thread.ofVirtual().name("service-memory").start(this::save);
  }

  @PreDestroy
  void stop() {
    if (thread != null) {
      thread.interrupt();
    }
  }

  /** Reads what is remembered, once; if that fails, it is tried again later. */
  void load() throws InterruptedException {
    if (loaded) {
      return;
    }
    try {
      store.list(KEYS).entries().forEach(this::recall);
      loaded = true;
    } catch (IOException | RuntimeException e) {
      warn("Which services sleep is not known yet", e);
    }
  }

  /** What is remembered of a service's meta; null if nothing is. Any thread. */
  public @Nullable Map<String, String> meta(String service) {
    Remembered remembered = known.get(service);
    return remembered == null ? null : remembered.meta();
  }

  /** Forgets a service whose job is gone; false if it was not remembered. Any thread. */
  public boolean forget(String service) {
    if (known.remove(service) == null) {
      return false;
    }
    catalog.forget(service);
    changed.add(service);
    return true;
  }

  private void recall(KeyValues.Entry entry) {
    String name = entry.key().substring(KEYS.length());
    if (entry.value().isEmpty() || name.isEmpty()) {
      return;
    }
    try {
      Remembered remembered = json.readValue(entry.value(), Remembered.class);
      if (remembered != null && known.putIfAbsent(name, remembered) == null) {
        catalog.remember(remembered.service(name));
      }
    } catch (IOException | RuntimeException e) {
      LOG.warn("{} in Consul's key/value store is ignored: it cannot be read", entry.key(), e);
    }
  }

  /**
   * The first meta that names a job, of the instances that speak for the service; others may belong
   * to another job.
   */
  private void rememberWhatIsSaid(Snapshot snapshot) {
    for (Service service : snapshot.services().values()) {
      List<Instance> instances = service.speakers();
      Remembered now =
          instances.stream()
              .filter(instance -> JobGroup.isSaidBy(instance.meta()))
              .findFirst()
              .map(instance -> new Remembered(Set.copyOf(instance.tags()), instance.meta()))
              .orElse(null);
      if (now != null && !now.equals(known.put(service.name(), now))) {
        catalog.remember(now.service(service.name()));
        changed.add(service.name());
      } else if (now == null && !instances.isEmpty()) {
        forget(service.name());
      }
    }
  }

  private void save() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        String service = changed.poll(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
        load();
        if (service != null && !isSaved(service)) {
          changed.add(service); // After the others: the fault may be this one's.
          Thread.sleep(PAUSE);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isSaved(String service) throws InterruptedException {
    Remembered now = known.get(service);
    String key = KEYS + service;
    try {
      if (now == null) {
        store.delete(key);
      } else {
        store.put(key, new String(json.writeValueAsBytes(now), StandardCharsets.UTF_8));
      }
      failing = false;
      return true;
    } catch (ConsulApi.Refused e) {
      if (!e.isForTheQuestion()) {
        warn("What sleeping services need is not kept in Consul", e);
        return false;
      }
      // Asked again, Consul would say the same; the others are not to wait for that.
      if (refused.size() < MOST_SAID && refused.add(service)) {
        LOG.warn(
            "{} is not kept in Consul: a gateway that starts while it sleeps will not know it. {}",
            Printable.name(service),
            e.getMessage());
      }
      return true;
    } catch (IOException | RuntimeException e) {
      warn("What sleeping services need is not kept in Consul", e);
      return false;
    }
  }

  private void warn(String what, Exception e) {
    if (!failing) {
      failing = true;
      LOG.warn("{}; it is tried every {} s: {}", what, PAUSE.toSeconds(), e.toString());
    }
  }
}
