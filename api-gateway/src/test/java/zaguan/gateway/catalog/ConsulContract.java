package zaguan.gateway.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micronaut.serde.ObjectMapper;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import zaguan.gateway.TestConsul;

/** What the catalog relies on Consul for, of a real agent and of the one in memory alike. */
@Timeout(120)
abstract class ConsulContract<C extends TestConsul> {

  final Catalog catalog = new Catalog();
  final C consul;
  private final List<Runnable> toClose = new ArrayList<>();

  ConsulContract(C consul) {
    this.consul = consul;
    toClose.add(consul::close);
  }

  @AfterEach
  void close() {
    toClose.reversed().forEach(Runnable::run);
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
    consul.register("a-1", "a", 1001, Map.of(), "critical");
    consul.register("a-2", "a", 1002, Map.of(), "warning");
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

  final void watch(Duration settle) {
    ConsulSettings settings =
        new ConsulSettings(consul.address(), null, Duration.ofSeconds(2), settle);
    ConsulApi api = new ConsulApi(settings);
    CatalogWatch watch =
        new CatalogWatch(
            catalog,
            api,
            new ServiceMemory(catalog, api, ObjectMapper.getDefault()),
            settings,
            ObjectMapper.getDefault(),
            Clock.systemUTC(),
            new Random(1));
    toClose.add(api::close);
    toClose.add(watch::stop);
    watch.start();
  }

  final void eventually(String expected) {
    await().untilAsserted(() -> assertThat(listed()).isEqualTo(expected));
  }

  private Instance only(String service) {
    Service found = catalog.current().service(service);
    assertThat(found).isNotNull();
    return found.instances().getFirst();
  }

  final String listed() {
    StringBuilder text = new StringBuilder();
    catalog.current().services().values().stream()
        // Consul's own.
        .filter(service -> !service.name().equals("consul"))
        .forEach(
            service ->
                text.append(text.isEmpty() ? "" : ", ")
                    .append(service.name())
                    .append("=")
                    .append(service.instances().stream().map(Instance::id).toList()));
    return "{" + text + "}";
  }
}
