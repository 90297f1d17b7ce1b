package zaguan.gateway.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import zaguan.discovery.FakeConsul;

/** Failures that a real Consul has seldom. */
class CatalogWatchTest extends ConsulContract<FakeConsul> {

  private final List<Snapshot> published = Collections.synchronizedList(new ArrayList<>());

  CatalogWatchTest() throws IOException {
    super(new FakeConsul());
    catalog.onChange(published::add);
  }

  @Test
  void anIndexThatGoesBackStartsFromNothing() {
    consul.register("a-1", "a", 1001);
    watch(Duration.ZERO);
    eventually("{a=[a-1]}");
    consul.indexGoesBack();
    consul.register("b-1", "b", 1002);
    eventually("{a=[a-1], b=[b-1]}");
  }

  @Test
  void aReplacedRegistrationIsNoticedThoughAServiceAppearsAtTheSameMoment() {
    consul.register("a-1", "a", 1001);
    watch(Duration.ZERO);
    eventually("{a=[a-1]}");
    synchronized (consul) { // One answer has both.
      consul.register("b-1", "b", 1002);
      consul.register("a-1", "a", 2002);
    }
    await().untilAsserted(() -> assertThat(catalog.current().toString()).contains("port=2002"));
  }

  @Test
  void whileConsulFailsWhatItSaidLastStays() {
    consul.register("a-1", "a", 1001);
    watch(Duration.ZERO);
    eventually("{a=[a-1]}");
    consul.failing(true);
    await().until(catalog::consulAway);
    consul.deregister("a-1");
    assertThat(listed()).isEqualTo("{a=[a-1]}");
    consul.failing(false);
    eventually("{}");
    await().until(() -> !catalog.consulAway());
  }

  @Test
  void afterAnOutageAnInstanceThatIsCriticalStaysUntilThingsHaveSettled() throws Exception {
    consul.register("a-1", "a", 1001);
    watch(Duration.ofSeconds(3));
    eventually("{a=[a-1]}");
    consul.failing(true);
    await().until(catalog::consulAway);
    // As an agent does that starts again: every check is critical until it has run.
    consul.status("a-1", "critical");
    consul.register("a-2", "a", 1002);
    consul.failing(false);
    eventually("{a=[a-1, a-2]}");
    eventually("{a=[a-2]}");
    assertThat(published).noneMatch(snapshot -> snapshot.toString().contains("instances=[]"));
  }

  @Test
  void consulMayComeLater() throws Exception {
    consul.close();
    int port = Integer.parseInt(consul.address().split(":", 2)[1]);
    watch(Duration.ZERO);
    await().until(catalog::consulAway);
    assertThat(catalog.current().loaded()).isFalse();
    FakeConsul later = new FakeConsul(port);
    later.register("a-1", "a", 1001);
    eventually("{a=[a-1]}");
    later.close();
  }

  @Test
  void theNumberOfQuestionsDoesNotGrowWithTheServices() throws Exception {
    for (int i = 0; i < 500; i++) {
      consul.register("s" + i, "s" + i, 1 + i);
    }
    watch(Duration.ZERO);
    await().until(() -> catalog.current().services().size() == 500);
    await().during(Duration.ofMillis(500)).until(noFurtherRequest());
    int before = consul.requests();
    for (int i = 0; i < 10; i++) {
      consul.status("s7", i % 2 == 0 ? "critical" : "passing");
      String expected = i % 2 == 0 ? "[]" : "[s7]";
      await().untilAsserted(() -> assertThat(listed()).contains("s7=" + expected + ","));
    }
    // For each change: both long polls, and one reading; and once or twice all, in case a
    // registration changed beside it.
    assertThat(consul.requests() - before).isLessThan(10 * 3 + 3 * 500);
  }

  @Test
  void aWatchThatIsStalledIsGivenUpAndAskedAnew() {
    consul.register("a-1", "a", 1001);
    watch(Duration.ZERO);
    eventually("{a=[a-1]}");
    consul.stalled(true);
    await().atMost(Duration.ofSeconds(30)).until(catalog::consulAway);
    assertThat(listed()).isEqualTo("{a=[a-1]}");
    consul.stalled(false);
    consul.register("a-2", "a", 1002);
    eventually("{a=[a-1, a-2]}");
  }

  @Test
  void anEntryThatCannotBeUnderstoodConcernsThatInstanceAlone() {
    consul.register("a-1", "a", 1001);
    consul.spoils(
        "a",
        """
        [{"Node": {"Node": "n1", "Address": "10.0.0.1"}, "Checks": null,
          "Service": {"ID": "a-1", "Service": "a", "Address": "", "Port": 1001}},
         null, 7, {}, {"Node": {}, "Service": {}, "Checks": []},
         {"Node": {"Node": "n1", "Address": "10.0.0.1"}, "Checks": [{"Status": "passing"}],
          "Service": {"ID": "a-2", "Service": "a", "Address": "", "Port": "many"}},
         {"Node": {"Node": "n2", "Address": "10.0.0.2"}, "Checks": [{"Status": null}, {}],
          "Service": {"ID": "a-3", "Service": "a", "Port": 1001, "Tags": [null, "public"],
            "Meta": {"route": null}, "Weights": {}}}]
        """);
    watch(Duration.ZERO);
    eventually("{a=[a-1]}");
    assertThat(service("a").tags()).contains("public");
    assertThat(service("a").metas()).containsExactly(Map.of());
    assertThat(catalog.current().problems())
        .containsExactly(
            "a: of what Consul lists as its instances, 5 cannot be understood, and get no request");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "[{\"Node\":", "<html>", "500", "404", ""})
  void aServiceThatConsulFailsToTellOfConcernsItselfAlone(String answer) {
    consul.register("a-1", "a", 1001);
    consul.register("b-1", "b", 1002);
    consul.spoils("b", answer);
    watch(Duration.ZERO);
    await()
        .atMost(Duration.ofSeconds(40))
        .untilAsserted(() -> assertThat(listed()).isEqualTo("{a=[a-1]}"));
    consul.register("a-2", "a", 1003);
    await()
        .atMost(Duration.ofSeconds(40))
        .untilAsserted(() -> assertThat(listed()).isEqualTo("{a=[a-1, a-2]}"));
    await()
        .atMost(Duration.ofSeconds(40))
        .untilAsserted(
            () ->
                assertThat(catalog.current().problems())
                    .singleElement()
                    .asString()
                    .startsWith("b is left out: Consul"));
    consul.deregister("a-1");
    await()
        .atMost(Duration.ofSeconds(40))
        .untilAsserted(() -> assertThat(listed()).isEqualTo("{a=[a-2]}"));
  }

  @Test
  void aServiceThatCannotBeReadAnyMoreStaysAsItWas() {
    consul.register("a-1", "a", 1001);
    consul.register("b-1", "b", 1002);
    watch(Duration.ZERO);
    eventually("{a=[a-1], b=[b-1]}");
    consul.spoils("b", "500");
    consul.register("b-2", "b", 1003);
    await()
        .untilAsserted(
            () ->
                assertThat(catalog.current().problems())
                    .singleElement()
                    .asString()
                    .startsWith("b stays as it was read last: Consul does not answer"));
    assertThat(listed()).isEqualTo("{a=[a-1], b=[b-1]}");
    assertThat(catalog.consulAway()).isFalse();
    consul.mends("b");
    consul.status("b-2", "warning");
    eventually("{a=[a-1], b=[b-1, b-2]}");
    assertThat(catalog.current().problems()).isEmpty();
  }

  @Test
  void instancesOfTheSameIdOnTwoNodesAreTwo() throws Exception {
    consul.register("a-1", "a", 1001);
    consul.spoils("a", "[" + onNode("n1") + ", " + onNode("n2") + "]");
    watch(Duration.ofSeconds(3));
    eventually("{a=[a-1, a-1]}");
    consul.failing(true);
    await().until(catalog::consulAway);
    consul.spoils("a", "[" + onNode("n1") + "]");
    consul.register("b-1", "b", 1002);
    consul.failing(false);
    eventually("{a=[a-1, a-1], b=[b-1]}");
    eventually("{a=[a-1], b=[b-1]}");
  }

  private static String onNode(String node) {
    return """
    {"Node": {"Node": "%s", "Address": "10.0.0.1"}, "Checks": [],
     "Service": {"ID": "a-1", "Service": "a", "Address": "", "Port": 1001, "Tags": ["public"]}}
    """
        .formatted(node);
  }

  private Callable<Boolean> noFurtherRequest() {
    AtomicInteger before = new AtomicInteger();
    return () -> {
      int now = consul.requests();
      return before.getAndSet(now) == now;
    };
  }
}
