package zaguan.stack;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * What a person can do with a stack that has come up.
 *
 * @param env the command that prints its variables
 */
record Invitation(Endpoints endpoints, String env) {

  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add(line("Try it:", "curl " + endpoints.frontDoor() + "/greeter/hello/Ada"));
    JsonNode routes = Http.get(endpoints.frontDoor().resolve("/")).path("routes");
    for (JsonNode route : routes) {
      if (!route.path("service").asText().equals("greeter") && !route.path("instances").isEmpty()) {
        lines.add(
            line(
                route.path("service").asText() + ":",
                endpoints.frontDoor() + route.path("prefix").asText()));
      }
    }
    lines.add(line("What is routed:", endpoints.frontDoor() + "/"));
    lines.add(line("HAProxy", endpoints.statistics() + "/"));
    lines.add(line("Consul", endpoints.consul() + "/ui/"));
    lines.add(line("Nomad", endpoints.nomad() + "/ui/"));
    lines.add(
        line(
            "In this shell:",
            "eval \"$(" + env + ")\", then: nomad job status; consul catalog services"));
    return lines;
  }

  private static String line(String what, String where) {
    return String.format("%-19s%s", what, where);
  }
}
