package zaguan.stack;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said of a stack, and what is asked for it. */
class StatusTest {

  private static final Map<String, String> NOMAD =
      Map.of(
          "/v1/jobs",
          """
          [{"ID": "greeter", "Type": "service", "Stop": false},
           {"ID": "orders", "Type": "service", "Stop": true}]
          """,
          "/v1/job/greeter",
          """
          {"TaskGroups": [{"Count": 0,
            "Services": [{"Name": "greeter", "Meta": {"nomad-job": "${NOMAD_JOB_ID}"}}]}]}
          """,
          "/v1/job/greeter/allocations",
          "[]");

  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final HttpServer frontDoor = server(Map.of("/", "{\"loaded\": true, \"routes\": []}"));
  private final HttpServer nomad = server(NOMAD);
  private final HttpServer consul = server(Map.of("/v1/health/service/greeter", "[]"));

  StatusTest() throws IOException {}

  @AfterEach
  void stop() {
    frontDoor.stop(0);
    nomad.stop(0);
    consul.stop(0);
  }

  @Test
  void aServiceThatSleepsIsSaidToAndNotWoken(@TempDir Path folder) throws Exception {
    Files.createDirectories(folder.resolve("nomad"));
    Files.writeString(folder.resolve("nomad/greeter.nomad.hcl"), "");
    StackState state = new StackState(folder.resolve("state"));
    Agents agents =
        new Agents(new Checkout(folder), state, new OwnProcesses(folder.resolve("state")));
    Status status =
        Status.of(
            new StackState.Settings(
                ports(), StackOptions.Driver.raw_exec, 1, new Tools(folder, folder, folder), null),
            agents);
    assertThat(status.lines())
        .contains("greeter: 0 of 0 allocations run, it sleeps and wakes with the next request")
        .contains("orders: stopped; to start it: nomad job start orders")
        .anyMatch(line -> line.startsWith("front door ") && line.endsWith(" answers"));
    assertThat(asked).contains("/").noneMatch(path -> path.startsWith("/greeter"));
  }

  private HttpServer server(Map<String, String> answers) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", exchange -> answer(exchange, answers));
    server.start();
    return server;
  }

  private void answer(HttpExchange exchange, Map<String, String> answers) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      asked.add(path);
      byte[] body = answers.getOrDefault(path, "").getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(
          body.length == 0 ? 404 : 200, body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private Ports ports() {
    Ports some = Ports.standard();
    return new Ports(
        frontDoor.getAddress().getPort(),
        some.statistics(),
        consul.getAddress().getPort(),
        some.consulDns(),
        some.consulServer(),
        some.consulSerf(),
        nomad.getAddress().getPort(),
        some.nomadRpc(),
        some.nomadSerf(),
        some.dynamicFirst(),
        some.dynamicLast());
  }
}
