package zaguan.system;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What HAProxy, the front door, says of itself. */
final class Statistics {

  private final URI root;

  Statistics(URI root) {
    this.root = root;
  }

  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return Http.get(root.resolve(path));
  }

  /** The requests that HAProxy has sent to each gateway that it calls up, by slot. */
  Map<String, Long> requestsByGateway() throws IOException, InterruptedException {
    Map<String, Long> requests = new TreeMap<>();
    for (Server server : servers()) {
      if (server.name().startsWith("gateway") && server.status().startsWith("UP")) {
        requests.put(server.name(), Long.parseLong(server.total()));
      }
    }
    return requests;
  }

  /** Whether a request waits at the front door for a gateway. */
  boolean holdsARequest() throws IOException, InterruptedException {
    return servers().stream()
        .anyMatch(server -> server.name().equals("hold") && !server.current().equals("0"));
  }

  /** What HAProxy says of a server of the gateways' backend. */
  private record Server(String name, String status, String total, String current) {}

  private List<Server> servers() throws IOException, InterruptedException {
    List<String> lines = get("/;csv").body().lines().toList();
    List<String> columns = Arrays.asList(lines.getFirst().replace("# ", "").split(",", -1));
    List<Server> servers = new ArrayList<>();
    for (String line : lines.subList(1, lines.size())) {
      List<String> fields = Arrays.asList(line.split(",", -1));
      if (fields.get(columns.indexOf("pxname")).equals("gateways")) {
        servers.add(
            new Server(
                fields.get(columns.indexOf("svname")),
                fields.get(columns.indexOf("status")),
                fields.get(columns.indexOf("stot")),
                fields.get(columns.indexOf("scur"))));
      }
    }
    return servers;
  }
}
