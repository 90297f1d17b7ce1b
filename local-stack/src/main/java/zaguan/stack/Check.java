package zaguan.stack;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A check of an instance, as the Consul agent of its machine has it. Only that agent has the newest
 * output: the catalog hears of it minutes later.
 *
 * @param output what the check found
 */
record Check(String name, String status, String output) {

  boolean fails() {
    return !status.equals("passing");
  }

  /** The checks of instances, each machine's agent asked once. */
  static final class OfInstances {

    private final Nomad nomad;
    private final Map<String, JsonNode> byMachine = new HashMap<>();

    OfInstances(Nomad nomad) {
      this.nomad = nomad;
    }

    List<Check> of(Allocation allocation) {
      List<Check> checks = new ArrayList<>();
      for (JsonNode check : byMachine.computeIfAbsent(machine(allocation.nodeId()), this::ask)) {
        // Nomad names what it registers by the allocation.
        if (check.path("ServiceID").asText().contains(allocation.id())) {
          checks.add(
              new Check(
                  check.path("Name").asText(),
                  check.path("Status").asText(),
                  check.path("Output").asText().strip()));
        }
      }
      return checks;
    }

    /** Whether an agent does not answer that was asked. */
    boolean areUnknown() {
      return byMachine.values().stream().anyMatch(JsonNode::isMissingNode);
    }

    private static String machine(@Nullable String nodeId) {
      return nodeId == null ? "" : nodeId;
    }

    /** A machine tells its instances where its agent is. */
    private JsonNode ask(String machine) {
      String consul =
          Http.get(nomad.address().resolve("/v1/node/" + machine))
              .path("Meta")
              .path("consul_http_addr")
              .asText();
      return Http.get(URI.create("http://" + consul + "/v1/agent/checks"));
    }
  }
}
