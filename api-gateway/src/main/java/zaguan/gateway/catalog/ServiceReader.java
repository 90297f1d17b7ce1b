package zaguan.gateway.catalog;

import io.micronaut.core.type.Argument;
import io.micronaut.json.tree.JsonNode;
import io.micronaut.serde.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import zaguan.gateway.consul.ConsulApi;
import zaguan.gateway.http.BoundedClient;
import zaguan.gateway.logging.Printable;

/**
 * Reads one service of Consul. An instance that cannot be understood or reached is left out, and
 * the service says so.
 */
final class ServiceReader {

  static final String ONE_SERVICE = "/v1/health/service/";

  /** Sentences about single instances of one service: what is wrong with one is with thousands. */
  private static final int MOST_PROBLEMS = 10;

  private static final Argument<List<HealthEntry>> ENTRIES = Argument.listOf(HealthEntry.class);

  /** Consul answers, and will not answer with this service, however often it is asked. */
  static final class Unreadable extends IOException {

    private static final long serialVersionUID = 1;

    Unreadable(String reason, @Nullable Exception cause) {
      super(reason, cause);
    }
  }

  private final ConsulApi consul;
  private final ObjectMapper json;

  ServiceReader(ConsulApi consul, ObjectMapper json) {
    this.consul = consul;
    this.json = json;
  }

  /**
   * The service as it is now.
   *
   * @param listed its tags, as Consul's list of services has them
   * @throws Unreadable if the fault is the service's
   */
  Service read(String name, List<String> listed) throws IOException, InterruptedException {
    byte[] body;
    try {
      body = consul.get(ONE_SERVICE + BoundedClient.encoded(name)).body();
    } catch (ConsulApi.Refused e) {
      if (e.isForTheQuestion()) {
        throw new Unreadable("Consul answers " + e.status() + " to the question for this name", e);
      }
      throw e;
    }
    List<String> problems = new ArrayList<>();
    Set<String> tags = new HashSet<>();
    List<Instance> instances = new ArrayList<>();
    List<Unasked> unasked = new ArrayList<>();
    long since = Long.MAX_VALUE;
    int unreachables = 0;
    for (HealthEntry entry : entries(name, body, problems)) {
      // Consul takes Greeter and greeter for one name here, and nowhere else.
      if (!entry.service().name().equals(name) || !entry.isTypical()) {
        continue;
      }
      tags.addAll(entry.tags());
      if (entry.isPublic()) {
        since = Math.min(since, entry.service().createIndex());
      }
      String unreachable = entry.unreachable();
      if (unreachable == null && entry.isHealthy()) {
        instances.add(entry.instance());
      } else {
        unasked.add(entry.unasked());
      }
      if (unreachable != null && entry.isPublic() && ++unreachables <= MOST_PROBLEMS) {
        problems.add(problem(name, entry, unreachable));
      }
    }
    if (unreachables > MOST_PROBLEMS) {
      problems.add(
          Printable.name(name)
              + ": "
              + (unreachables - MOST_PROBLEMS)
              + " more of its instances get no request, for like reasons");
    }
    if (!problems.isEmpty()) {
      tags.addAll(listed); // Among them those of an instance that cannot be read.
    }
    return new Service(
        name,
        tags,
        sorted(instances),
        Map.of(),
        unasked.stream()
            .sorted(Comparator.comparing(Unasked::id).thenComparing(Unasked::node))
            .toList(),
        since == Long.MAX_VALUE ? 0 : since,
        problems);
  }

  static List<Instance> sorted(List<Instance> instances) {
    return instances.stream()
        .sorted(Comparator.comparing(Instance::id).thenComparing(Instance::node))
        .toList();
  }

  private List<HealthEntry> entries(String name, byte[] body, List<String> problems)
      throws Unreadable {
    try {
      List<HealthEntry> entries = json.readValue(body, ENTRIES);
      if (entries != null && entries.stream().allMatch(ServiceReader::isWhole)) {
        return entries;
      }
    } catch (IOException | RuntimeException e) {
      // Once more, one by one.
    }
    try {
      JsonNode list = json.readValue(body, JsonNode.class);
      if (list == null || !list.isArray()) {
        throw new Unreadable("Consul's answer is no list", null);
      }
      List<HealthEntry> whole = new ArrayList<>();
      for (JsonNode each : list.values()) {
        HealthEntry entry = entry(each);
        if (entry != null) {
          whole.add(entry);
        }
      }
      problems.add(
          Printable.name(name)
              + ": of what Consul lists as its instances, "
              + (list.size() - whole.size())
              + " cannot be understood, and get no request");
      return whole;
    } catch (Unreadable e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw new Unreadable("Consul's answer cannot be understood", e);
    }
  }

  private @Nullable HealthEntry entry(JsonNode node) {
    try {
      HealthEntry entry = json.readValueFromTree(node, HealthEntry.class);
      return entry != null && isWhole(entry) ? entry : null;
    } catch (IOException | RuntimeException e) {
      return null; // Its caller says so.
    }
  }

  /** Whether all is there without which nothing can be said of an instance. */
  @SuppressWarnings("ConstantValue") // JSON has null where the types have none.
  private static boolean isWhole(HealthEntry entry) {
    return entry != null
        && entry.node() != null
        && entry.node().name() != null
        && entry.service() != null
        && entry.service().id() != null
        && entry.service().name() != null
        && (entry.checks() == null || entry.checks().stream().allMatch(check -> check != null));
  }

  private static String problem(String name, HealthEntry entry, String reason) {
    return Printable.name(name)
        + ": its instance "
        + Printable.name(entry.service().id())
        + " on "
        + Printable.name(entry.node().name())
        + " gets no request: "
        + reason;
  }
}
