package zaguan.gateway.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import zaguan.gateway.FakeConsul;

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

  private Callable<Boolean> noFurtherRequest() {
    AtomicInteger before = new AtomicInteger();
    return () -> {
      int now = consul.requests();
      return before.getAndSet(now) == now;
    };
  }
}
