package zaguan.gateway.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micronaut.serde.ObjectMapper;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import zaguan.gateway.FakeConsul;

@Timeout(60)
class CatalogWatchTest {

  private final Catalog catalog = new Catalog();
  private final List<Snapshot> published = Collections.synchronizedList(new ArrayList<>());
  private final FakeConsul consul;
  private final List<AutoCloseable> toClose = new ArrayList<>();

  CatalogWatchTest() throws Exception {
    consul = new FakeConsul();
    toClose.add(consul);
    catalog.onChange(published::add);
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : toClose.reversed()) {
      each.close();
    }
  }

  @Test
  void whatIsRegisteredIsListedAndWhatIsGoneIsNot() {
    consul.register("a-1", "a", 1001);
    watch(Duration.ZERO);
    eventually("{a=[a-1]}");
    consul.register("a-2", "a", 1002);
    eventually("{a=[a-1, a-2]}");
    consul.deregister("a-1");
    eventually("{a=[a-2]}");
    consul.deregister("a-2");
    eventually("{}");
  }

  @Test
  void onlyHealthyInstancesAreListedAndAWarningIsHealthy() {
    consul.register("a-1", "a", 1001, "\"public\"", Map.of(), "critical");
    consul.register("a-2", "a", 1002, "\"public\"", Map.of(), "warning");
    watch(Duration.ZERO);
    eventually("{a=[a-2]}");
    consul.status("a-1", "passing");
    eventually("{a=[a-1, a-2]}");
    consul.status("a-2", "critical");
    eventually("{a=[a-1]}");
    consul.status("a-1", "critical");
    eventually("{a=[]}");
  }

  @Test
  void aRegistrationThatIsReplacedIsNoticedThoughItsCheckIsTheSame() {
    consul.register("a-1", "a", 1001);
    watch(Duration.ZERO);
    eventually("{a=[a-1]}");
    consul.register("a-1", "a", 1001, Map.of("route", "/b"));
    await().untilAsserted(() -> assertThat(only("a").meta()).isEqualTo(Map.of("route", "/b")));
    consul.register("a-1", "a", 2002, Map.of());
    await().untilAsserted(() -> assertThat(only("a").port()).isEqualTo(2002));
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
    toClose.add(later);
    later.register("a-1", "a", 1001);
    eventually("{a=[a-1]}");
  }

  @Test
  void theNumberOfQuestionsDoesNotGrowWithTheServices() throws Exception {
    for (int i = 0; i < 500; i++) {
      consul.register("s" + i, "s" + i, 1 + i);
    }
    watch(Duration.ZERO);
    await().until(() -> catalog.current().services().size() == 500);
    await().until(() -> settled(consul.requests()));
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

  private boolean settled(int count) throws InterruptedException {
    Thread.sleep(300);
    return consul.requests() == count;
  }

  private void watch(Duration settle) {
    ConsulSettings settings =
        new ConsulSettings(consul.address(), null, Duration.ofSeconds(2), settle);
    ConsulApi api = new ConsulApi(settings);
    CatalogWatch watch =
        new CatalogWatch(
            catalog, api, settings, ObjectMapper.getDefault(), Clock.systemUTC(), new Random(1));
    toClose.add(api::close);
    toClose.add(watch::stop);
    watch.start();
  }

  private void eventually(String expected) {
    await().untilAsserted(() -> assertThat(listed()).isEqualTo(expected));
  }

  private Instance only(String service) {
    Service found = catalog.current().service(service);
    assertThat(found).isNotNull();
    return found.instances().getFirst();
  }

  private String listed() {
    StringBuilder text = new StringBuilder();
    catalog
        .current()
        .services()
        .values()
        .forEach(
            service ->
                text.append(text.isEmpty() ? "" : ", ")
                    .append(service.name())
                    .append("=")
                    .append(service.instances().stream().map(Instance::id).toList()));
    return "{" + text + "}";
  }
}
