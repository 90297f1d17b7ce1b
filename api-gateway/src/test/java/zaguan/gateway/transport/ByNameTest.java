package zaguan.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micronaut.runtime.server.EmbeddedServer;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import zaguan.discovery.Registration;
import zaguan.gateway.FakeNomad;
import zaguan.gateway.catalog.Catalog;
import zaguan.gateway.routing.Route;
import zaguan.gateway.routing.Routes;

/** Services that callers from inside ask for by name, public or not. */
@Timeout(120)
class ByNameTest extends GatewayByItself {

  private static final Map<String, String> META = Map.of("nomad-job", "job", "nomad-group", "web");

  private final ScriptedInstance instance = ScriptedInstance.answering(OK);
  private final FakeNomad nomad = new FakeNomad(instance.port());

  ByNameTest() throws IOException {
    nomad.registers(FakeNomad.service("up", "", FakeNomad.OWN));
  }

  @AfterEach
  void closeAll() throws IOException {
    nomad.close();
    instance.close();
  }

  @Test
  void aServiceThatIsNotPublicIsCalledByNameAndNotFromOutside() throws Exception {
    registerSecret(Map.of());
    HttpResponse<String> answer = get("/-/services/up/orders/7?open");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(instance.heads().getLast())
        .startsWith("GET /orders/7?open ")
        .doesNotContainIgnoringCase("X-Forwarded-Prefix");
    assertProblem(get("/up/orders/7"), 404);
    assertThat(get("/").body()).doesNotContain("/up/");
  }

  @Test
  void whoCallsByNameGetsARedirectAsItIs() throws Exception {
    String redirect = "HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n";
    try (ScriptedInstance redirecting = up(ScriptedInstance.answering(redirect))) {
      assertThat(get("/-/services/up/").headers().firstValue("location")).contains("/elsewhere");
      assertThat(get("/up/").headers().firstValue("location")).contains("/up/elsewhere");
      assertThat(redirecting.heads()).hasSize(2);
    }
  }

  @Test
  void theRouteOfAServiceDoesNotMatterToItsName() throws Exception {
    consul.register(
        Registration.of("up-1", "up", instance.port()).says(Map.of("route", "/shop/orders")));
    await().until(() -> get("/shop/orders/").statusCode() == 200);
    assertThat(get("/-/services/up/").statusCode()).isEqualTo(200);
    consul.register(
        Registration.of("taken-1", "taken", instance.port()).says(Map.of("route", "/shop/orders")));
    await().until(() -> get("/").body().contains("taken is not served"));
    assertThat(get("/-/services/taken/").statusCode()).isEqualTo(200);
  }

  /** It knows of both ways how slow each instance is, and how much the service bears. */
  @Test
  void aPublicServiceIsTheSameUpstreamByItsNameAndByItsPrefix() throws Exception {
    up(instance);
    Routes routes = gateway.getApplicationContext().getBean(Routes.class);
    Route named = Objects.requireNonNull(routes.named("up"));
    assertThat(named.upstream()).isSameAs(routes.current().routes().getFirst().upstream());
    assertThat(routes.all("up")).hasSize(1);
  }

  /** Such as a canary that is to be tried by hand first. */
  @Test
  void besidePublicInstancesOneWithoutTheTagIsNotAskedByNameEither() throws Exception {
    try (ScriptedInstance canary = ScriptedInstance.answering(OK)) {
      consul.register(Registration.of("up-2", "up", canary.port()).tagged());
      await().until(() -> get("/-/services/up/").statusCode() == 200);
      int before = canary.heads().size();
      up(instance);
      await().until(() -> get("/up/").statusCode() == 200);
      for (int i = 0; i < 20; i++) {
        assertThat(get("/-/services/up/").statusCode()).isEqualTo(200);
      }
      assertThat(canary.heads()).hasSize(before);
    }
  }

  @Test
  void aNameThatNoServiceHasIsUnavailableAndSaidSo() throws Exception {
    up(instance);
    HttpResponse<String> answer = get("/-/services/nobody/orders");
    assertProblem(answer, 503);
    assertThat(answer.body()).contains("No service of the name nobody is registered in Consul");
    assertThat(answer.headers().firstValue("retry-after")).isPresent();
  }

  @Test
  void aServiceThatIsGoneIsNoServiceAnyMore() throws Exception {
    registerSecret(Map.of());
    assertThat(get("/-/services/up/").statusCode()).isEqualTo(200);
    consul.deregister("up-1");
    await().until(() -> get("/-/services/up/").body().contains("No service of the name up"));
    assertThat(gateway.getApplicationContext().getBean(Routes.class).all("up")).isEmpty();
  }

  @Test
  void onlyClientsOfTrustedNetworksCallByName() throws Exception {
    try (EmbeddedServer distrusting = another(Map.of("gateway.trusted-proxies", "10.0.0.0/8"))) {
      assertProblem(get(distrusting, "/-/services/up/"), 403);
      assertProblem(tell(distrusting, "/-/used?service=up"), 403);
    }
  }

  @Test
  void aServiceThatIsNotPublicSleepsAndIsWokenByItsName() throws Exception {
    try (EmbeddedServer server = asleep()) {
      assertProblem(get(server, "/up/"), 404);
      assertThat(get(server, "/-/services/up/orders").statusCode()).isEqualTo(200);
      assertThat(nomad.scaledTo()).containsExactly(1);
      assertThat(instance.heads().getLast()).startsWith("GET /orders ");
      assertProblem(get(server, "/up/"), 404);
    }
  }

  @Test
  void theWaitForAServiceThatSleepsEndsWithTheCallersPatience() throws Exception {
    nomad.deploying(true); // So that it does not wake.
    try (EmbeddedServer server = asleep()) {
      HttpResponse<String> answer =
          client.send(
              HttpRequest.newBuilder(server.getURI().resolve("/-/services/up/"))
                  .header("X-Deadline-Ms", "500")
                  .timeout(Duration.ofSeconds(20))
                  .build(),
              BodyHandlers.ofString());
      assertProblem(answer, 504);
    }
  }

  @Test
  void aServiceThatIsNotPublicIsForgottenWithItsJob() throws Exception {
    try (EmbeddedServer server = asleep()) {
      nomad.forgetsTheJob();
      await().until(() -> get(server, "/-/services/up/").body().contains("No service of the name"));
      await().until(() -> consul.kept("zaguan/services/up") == null);
    }
  }

  /** As the platform remembers public services, though the tag is taken away meanwhile. */
  @Test
  void aServiceThatLosesItsTagIsCalledByNameOnly() throws Exception {
    try (EmbeddedServer server = another(Map.of("gateway.nomad.address", nomad.address()))) {
      consul.register(Registration.of("up-1", "up", instance.port()).says(META));
      await().until(() -> get(server, "/up/").statusCode() == 200);
      consul.register(Registration.of("up-1", "up", instance.port()).says(META).tagged());
      await().until(() -> get(server, "/up/").statusCode() == 503);
      assertThat(get(server, "/-/services/up/").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void aServiceThatIsNotPublicSleepsWhenNobodySaysThatItIsUsed() throws Exception {
    Map<String, Object> sleepy =
        Map.of(
            "gateway.nomad.address",
            nomad.address(),
            "gateway.sleep-after",
            "2s",
            "gateway.leave",
            "0s",
            "gateway.finish",
            "0s");
    try (EmbeddedServer one = another(sleepy);
        EmbeddedServer other = another(sleepy)) {
      for (EmbeddedServer server : List.of(one, other)) {
        consul.register("gateway-" + server.getPort(), "api-gateway", server.getPort());
      }
      nomad.runs();
      registerSecret(META);
      // Whichever acts for both, each hears of half of the calls.
      await()
          .during(Duration.ofSeconds(12))
          .atMost(Duration.ofSeconds(40))
          .pollInterval(Duration.ofMillis(500))
          .until(
              () ->
                  tell(one, "/-/used?service=nobody&service=up").statusCode() == 204
                      && nomad.scaledTo().isEmpty());
      await().atMost(Duration.ofSeconds(40)).until(() -> nomad.scaledTo().equals(List.of(0)));
    }
  }

  @Test
  void useIsToldByPostAndOfServices() throws Exception {
    HttpResponse<String> read = get("/-/used?service=up");
    assertProblem(read, 405);
    assertThat(read.headers().firstValue("allow")).contains("POST");
    HttpResponse<String> ofNone = tell(gateway, "/-/used");
    assertProblem(ofNone, 400);
    assertThat(ofNone.body()).contains("POST /-/used?service=NAME");
    HttpResponse<String> told = tell(gateway, "/-/used?service=up");
    assertThat(told.statusCode()).isEqualTo(204);
    assertThat(told.headers().firstValue("content-length")).isEmpty();
  }

  private HttpResponse<String> tell(EmbeddedServer server, String path)
      throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(server.getURI().resolve(path))
            .POST(BodyPublishers.noBody())
            .timeout(Duration.ofSeconds(20))
            .build(),
        BodyHandlers.ofString());
  }

  private void registerSecret(Map<String, String> meta) {
    consul.register(Registration.of("up-1", "up", instance.port()).says(meta).tagged());
    await().until(() -> isKnown(gateway));
  }

  private static boolean isKnown(EmbeddedServer server) {
    return server.getApplicationContext().getBean(Catalog.class).current().service("up") != null;
  }

  /** A gateway that starts while the service has left Consul already, and others remember it. */
  private EmbeddedServer asleep() {
    registerSecret(META);
    await().until(() -> consul.kept("zaguan/services/up") != null);
    consul.deregister("up-1");
    EmbeddedServer server =
        another(new HashMap<>(Map.of("gateway.nomad.address", nomad.address())));
    await().until(() -> isKnown(server));
    return server;
  }
}
