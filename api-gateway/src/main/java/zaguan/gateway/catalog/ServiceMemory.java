package zaguan.gateway.catalog;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.core.type.Argument;
import io.micronaut.serde.ObjectMapper;
import io.micronaut.serde.annotation.Serdeable;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The services that say which Nomad job is theirs, in Consul's key/value store under {@code
 * zaguan/services/}: one that sleeps is not registered, and a gateway that starts meanwhile has to
 * know it all the same. Written when what a service says changes, read once. Any thread; waits for
 * Consul.
 */
@Singleton
public final class ServiceMemory {

  /** In a service's meta: the job that its instances are of. */
  public static final String JOB = "nomad-job";

  private static final String KEYS = "zaguan/services/";
  private static final Argument<List<Entry>> ENTRIES = Argument.listOf(Entry.class);

  /** What Consul's key/value store has under a key. */
  @Serdeable.Deserializable
  record Entry(@JsonProperty("Key") String key, @JsonProperty("Value") @Nullable String value) {}

  /** What is remembered of a service. */
  @Serdeable
  record Remembered(Set<String> tags, Map<String, String> meta) {

    Remembered {
      tags = new TreeSet<>(tags);
      meta = new TreeMap<>(meta);
    }
  }

  private final Catalog catalog;
  private final ConsulApi consul;
  private final ObjectMapper json;
  private final Map<String, Remembered> known = new HashMap<>();
  private boolean loaded;

  ServiceMemory(Catalog catalog, ConsulApi consul, ObjectMapper json) {
    this.catalog = catalog;
    this.consul = consul;
    this.json = json;
  }

  /** Those that are registered, and beside them those that are remembered. */
  synchronized Map<String, Service> with(Map<String, Service> registered)
      throws IOException, InterruptedException {
    load();
    for (Service service : registered.values()) {
      remember(service);
    }
    Map<String, Service> all = new HashMap<>(registered);
    for (Map.Entry<String, Remembered> entry : known.entrySet()) {
      Remembered remembered = entry.getValue();
      all.merge(
          entry.getKey(),
          new Service(entry.getKey(), remembered.tags(), List.of(), remembered.meta()),
          (now, before) ->
              now.instances().isEmpty()
                  ? new Service(now.name(), now.tags(), List.of(), before.meta())
                  : now);
    }
    return all;
  }

  /**
   * Forgets a service whose job is no more.
   *
   * @throws IOException if Consul does not do it; it is remembered then
   */
  public synchronized void forget(String service) throws IOException, InterruptedException {
    consul.delete(path(service));
    known.remove(service);
    catalog.drop(service);
  }

  private void load() throws IOException, InterruptedException {
    if (loaded) {
      return;
    }
    byte[] body = consul.getIfAny("/v1/kv/" + KEYS + "?recurse=true");
    if (body.length > 0) {
      for (Entry entry : json.readValue(body, ENTRIES)) {
        if (entry.value() != null) {
          known.put(
              entry.key().substring(KEYS.length()),
              json.readValue(Base64.getDecoder().decode(entry.value()), Remembered.class));
        }
      }
    }
    loaded = true;
  }

  private void remember(Service service) throws IOException, InterruptedException {
    for (Instance instance : service.instances()) {
      if (instance.meta().containsKey(JOB)) {
        Remembered now = new Remembered(Set.copyOf(instance.tags()), instance.meta());
        if (!now.equals(known.get(service.name()))) {
          consul.put(
              path(service.name()),
              new String(json.writeValueAsBytes(now), StandardCharsets.UTF_8));
          known.put(service.name(), now);
        }
        return;
      }
    }
  }

  private static String path(String service) {
    return "/v1/kv/" + KEYS + ConsulApi.encoded(service);
  }
}
