package zaguan.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import zaguan.stack.Ports;

/** What one registration says harms no other service, through the front door. */
@Timeout(180)
class RegistrationsTest {

  private final Platform platform = Platform.shared();
  private final List<OwnInstance> instances = new ArrayList<>();
  private final List<String> registered = new ArrayList<>();
  private final List<String> keys = new ArrayList<>();

  @TempDir private Path logs;

  @BeforeEach
  void awaitRest() {
    platform.awaitRest();
  }

  @AfterEach
  void deregister() throws Exception {
    for (OwnInstance instance : instances) {
      instance.close();
    }
    for (String id : registered) {
      platform.consul().deregister(id);
    }
    for (String key : keys) {
      platform.consul().delete("/v1/kv/zaguan/holders/" + key);
    }
    Eventually.is(() -> problems().stream().allMatch(List::isEmpty), true);
  }

  @Test
  void aServiceWhoseNameConsulCannotBeAskedForConcernsItselfAlone() throws Exception {
    List<String> names = List.of("..", ".", "a\\tb", "a\\u200bb", "a\\u00a0b");
    for (int i = 0; i < names.size(); i++) {
      register("odd-" + i, names.get(i), i % 2 == 0 ? "\"public\"" : "");
    }
    Eventually.is(() -> problems().stream().map(List::size).toList(), List.of(5, 5));
    instance("after-odd", "after-odd-1");
    everyAnswer("/after-odd/", 200, "after-odd-1");
    assertThat(problems())
        .allSatisfy(
            each -> assertThat(each).anyMatch(problem -> problem.startsWith(".. is left out: ")));
    try (Newcomer newcomer = new Newcomer()) {
      newcomer.awaitReady();
      assertThat(newcomer.get("/after-odd/")).isEqualTo("after-odd-1");
    }
  }

  @Test
  void aServiceKeepsItsRouteWhileItsOnlyInstanceIsCritical() throws Exception {
    instance("shop2", "shop2-1");
    OwnInstance orders = instance("orders2", "orders2-1");
    String says =
        ", \"Meta\": {\"route\": \"/shop2/orders\"},"
            + " \"Check\": {\"CheckID\": \"orders2\", \"TTL\": \"1h\", \"Status\": \"passing\"}";
    keys.add("shop2/orders");
    orders.registerWith(says);
    everyAnswer("/shop2/orders/7", 200, "orders2-1");
    platform.consul().put("/v1/agent/check/update/orders2", "{\"Status\": \"critical\"}");
    everyAnswer("/shop2/orders/7", 503, "orders2");
    everyAnswer("/shop2/7", 200, "shop2-1");
    everyAnswer("/orders2/7", 404, "");
    try (Newcomer newcomer = new Newcomer()) {
      newcomer.awaitReady();
      assertThat(newcomer.get("/shop2/orders/7")).contains("503");
    }
    platform.consul().put("/v1/agent/check/update/orders2", "{\"Status\": \"warning\"}");
    everyAnswer("/shop2/orders/7", 200, "orders2-1");
  }

  @Test
  void whoHasARouteKeepsItFromWhoeverRegistersItLater() throws Exception {
    keys.add("till");
    OwnInstance till = instance("my-till", "my-till-1");
    till.registerWith(", \"Meta\": {\"route\": \"/till\"}");
    everyAnswer("/till/", 200, "my-till-1");
    Eventually.is(() -> holder("till"), "my-till");
    // a-thief is before my-till in the alphabet, but later; b-thief wants a name that is served.
    instance("a-thief", "a-thief-1").registerWith(", \"Meta\": {\"route\": \"/till\"}");
    instance("b-thief", "b-thief-1").registerWith(", \"Meta\": {\"route\": \"/greeter\"}");
    Eventually.is(
        () -> problems(),
        Collections.nCopies(
            2,
            List.of(
                "b-thief is not served: /greeter is the route of greeter",
                "a-thief is not served: /till is the route of my-till")));
    everyAnswer("/till/", 200, "my-till-1");
    everyAnswer("/greeter/hello/Ada", 200, "Ada");
    // The instance that stays of my-till is younger than that of a-thief.
    instance("my-till", "my-till-2").registerWith(", \"Meta\": {\"route\": \"/till\"}");
    till.close();
    instances.remove(till);
    everyAnswer("/till/", 200, "my-till-2");
    try (Newcomer newcomer = new Newcomer()) {
      newcomer.awaitReady();
      assertThat(newcomer.get("/till/")).isEqualTo("my-till-2");
    }
  }

  /** A third gateway, outside Nomad, that starts now. */
  private final class Newcomer implements AutoCloseable {

    private final URI address;
    private final Process process;

    Newcomer() throws Exception {
      int port = Ports.free(RandomGenerator.getDefault()).frontDoor();
      address = URI.create("http://127.0.0.1:" + port);
      process =
          Jar.start(
              "api-gateway",
              logs.resolve("gateway.log"),
              platform.consul().address(),
              Map.of("GATEWAY_PORT", String.valueOf(port)));
    }

    void awaitReady() {
      Eventually.is(() -> Http.status(address.resolve("/-/health/readiness")), 200);
    }

    String get(String path) throws Exception {
      return Http.get(address.resolve(path)).body();
    }

    @Override
    public void close() {
      process.destroy(); // SIGTERM: it leaves Consul.
      Eventually.within(Duration.ofSeconds(60), process::isAlive, false);
      Eventually.is(() -> platform.consul().registered("api-gateway"), 2);
      Eventually.is(() -> platform.statistics().requestsByGateway().size(), 2);
    }
  }

  private OwnInstance instance(String service, String id) throws Exception {
    OwnInstance instance = new OwnInstance(platform, service, id, 1);
    instances.add(instance);
    keys.add(service);
    return instance;
  }

  private void register(String id, String name, String tags) throws Exception {
    registered.add(id);
    platform
        .consul()
        .register(
            """
            {"ID": "%s", "Name": "%s", "Address": "127.0.0.1", "Port": 1, "Tags": [%s]}
            """
                .formatted(id, name, tags));
  }

  private String holder(String key) throws Exception {
    return platform.consul().text("/v1/kv/zaguan/holders/" + key + "?raw=true");
  }

  /** The problems that each gateway lists. */
  private List<List<String>> problems() throws IOException, InterruptedException {
    List<List<String>> problems = new ArrayList<>();
    for (URI gateway : platform.gateways().addresses()) {
      List<String> one = new ArrayList<>();
      Http.json(gateway).path("problems").forEach(each -> one.add(each.asText()));
      problems.add(one);
    }
    return problems;
  }

  /** All gateways know when so many requests in a row get the same answer. */
  private void everyAnswer(String path, int status, String part) {
    Eventually.is(
        () -> {
          for (int i = 0; i < 8; i++) {
            var answer = platform.frontDoor().get(path);
            if (answer.statusCode() != status || !answer.body().contains(part)) {
              return answer.statusCode() + " " + answer.body();
            }
          }
          return "as expected";
        },
        "as expected");
  }
}
