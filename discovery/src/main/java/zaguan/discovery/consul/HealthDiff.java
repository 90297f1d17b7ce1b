package zaguan.discovery.consul;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Which services' and nodes' checks changed from one answer of {@code /v1/health/state/any} to the
 * next. Of each service it keeps two numbers, not the checks: a check that was added or changed has
 * a higher {@code ModifyIndex} than any before it, and one that was removed leaves a smaller count.
 */
public final class HealthDiff {

  private static final JsonFactory JSON = new JsonFactory();

  private record Seen(int count, long newest) {

    static final Seen NONE = new Seen(0, 0);

    Seen with(long modifyIndex) {
      return new Seen(count + 1, Math.max(newest, modifyIndex));
    }
  }

  /**
   * What is to be read again.
   *
   * @param services by name
   * @param nodes by name; their own checks, such as {@code serfHealth}, concern all that runs there
   */
  public record Changed(Set<String> services, Set<String> nodes) {

    public Changed {
      services = Set.copyOf(services);
      nodes = Set.copyOf(nodes);
    }
  }

  private Map<String, Seen> services = Map.of();
  private Map<String, Seen> nodes = Map.of();

  HealthDiff() {}

  /** Takes the next answer. */
  Changed next(byte[] body, boolean fromNothing) throws IOException {
    Map<String, Seen> newServices = new HashMap<>();
    Map<String, Seen> newNodes = new HashMap<>();
    try (JsonParser json = JSON.createParser(body)) {
      if (json.nextToken() != JsonToken.START_ARRAY) {
        throw new IOException("Consul's list of checks is not a list");
      }
      while (json.nextToken() != JsonToken.END_ARRAY) {
        if (json.currentToken() == null) {
          throw new IOException("Consul's list of checks has no end");
        }
        if (json.currentToken() != JsonToken.START_OBJECT) {
          json.skipChildren(); // This is no check; the others are.
          continue;
        }
        String node = "";
        String service = "";
        long modifyIndex = 0;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
          String field = json.currentName();
          json.nextToken();
          switch (field) {
            case "Node" -> node = text(json);
            case "ServiceName" -> service = text(json);
            case "ModifyIndex" -> modifyIndex = json.getValueAsLong();
            default -> {}
          }
          json.skipChildren();
        }
        Map<String, Seen> seen = service.isEmpty() ? newNodes : newServices;
        String name = service.isEmpty() ? node : service;
        seen.put(name, seen.getOrDefault(name, Seen.NONE).with(modifyIndex));
      }
    }
    Changed changed =
        fromNothing
            ? new Changed(newServices.keySet(), newNodes.keySet())
            : new Changed(difference(services, newServices), difference(nodes, newNodes));
    services = newServices;
    nodes = newNodes;
    return changed;
  }

  private static String text(JsonParser json) throws IOException {
    return json.currentToken() == JsonToken.VALUE_STRING ? json.getText() : "";
  }

  private static Set<String> difference(Map<String, Seen> before, Map<String, Seen> after) {
    Set<String> different = new HashSet<>();
    after.forEach(
        (name, seen) -> {
          if (!seen.equals(before.get(name))) {
            different.add(name);
          }
        });
    before.keySet().stream().filter(name -> !after.containsKey(name)).forEach(different::add);
    return different;
  }
}
