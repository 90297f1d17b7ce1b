package zaguan.discovery.consul;

import io.micronaut.core.type.Argument;
import io.micronaut.json.tree.JsonNode;
import io.micronaut.serde.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What Consul lists as the instances of one service.
 *
 * @param others how many more it lists that cannot be understood
 */
public record HealthEntries(List<HealthEntry> understood, int others) {

  private static final Argument<List<HealthEntry>> ENTRIES = Argument.listOf(HealthEntry.class);

  public HealthEntries {
    understood = List.copyOf(understood);
  }

  static HealthEntries of(byte[] body, ObjectMapper json) throws UnreadableException {
    try {
      List<HealthEntry> entries = json.readValue(body, ENTRIES);
      if (entries != null && entries.stream().allMatch(HealthEntries::isWhole)) {
        return new HealthEntries(entries, 0);
      }
    } catch (IOException | RuntimeException e) {
      // Once more, one by one.
    }
    try {
      JsonNode list = json.readValue(body, JsonNode.class);
      if (list == null || !list.isArray()) {
        throw new UnreadableException("Consul's answer is no list", null);
      }
      List<HealthEntry> whole = new ArrayList<>();
      for (JsonNode each : list.values()) {
        HealthEntry entry = entry(each, json);
        if (entry != null) {
          whole.add(entry);
        }
      }
      return new HealthEntries(whole, list.size() - whole.size());
    } catch (UnreadableException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw new UnreadableException("Consul's answer cannot be understood", e);
    }
  }

  private static @Nullable HealthEntry entry(JsonNode node, ObjectMapper json) {
    try {
      HealthEntry entry = json.readValueFromTree(node, HealthEntry.class);
      return entry != null && isWhole(entry) ? entry : null;
    } catch (IOException | RuntimeException e) {
      return null; // It is counted.
    }
  }

  /** Whether it has all that must be known of an instance. */
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
}
