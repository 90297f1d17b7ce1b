package zaguan.gateway.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import zaguan.discovery.Registration;
import zaguan.discovery.TestConsul;
import zaguan.discovery.catalog.Instance;
import zaguan.discovery.catalog.Service;

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

  @Test
  void aServiceThatCannotBeReadIsLeftOutAndSaidAndTheRestGoesOn() {
    consul.register("a-1", "a", 1001);
    consul.register("odd-1", "..", 1002);
    consul.register(Registration.of("odd-2", "a\tb", 1003).tagged());
    watch(Duration.ZERO);
    eventually("{a=[a-1]}");
    consul.register(Registration.of("odd-3", ".", 1004).tagged());
    consul.register("odd-4", "a\u200bb", 1005);
    consul.register("odd-5", "a\u00a0b", 1006);
    consul.register("a-2", "a", 1007);
    eventually("{a=[a-1, a-2]}");
    consul.status("a-1", "critical");
    eventually("{a=[a-2]}");
    await()
        .untilAsserted(
            () ->
                assertThat(catalog.current().problems())
                    .containsExactly(
                        ". is left out: Consul answers 307 to the question for this name",
                        ".. is left out: Consul answers 307 to the question for this name",
                        "a\\u0009b is left out: Consul answers 400 to the question for this name",
                        "a\\u00a0b is left out: Consul answers 400 to the question for this name",
                        "a\\u200bb is left out: Consul answers 400 to the question for this name"));
    assertThat(catalog.consulAway()).isFalse();
    for (int i = 1; i <= 5; i++) {
      consul.deregister("odd-" + i);
    }
    await().untilAsserted(() -> assertThat(catalog.current().problems()).isEmpty());
  }

  @Test
  void otherNamesAreReadHoweverOdd() {
    List<String> names =
        List.of("my svc", "\u00fcn\u00ef", "a%2fb?c#d;e\\f\"", "greeter/hello", "x".repeat(3000));
    for (int i = 0; i < names.size(); i++) {
      consul.register("i-" + i, names.get(i), 1001);
    }
    watch(Duration.ZERO);
    await()
        .untilAsserted(
            () ->
                assertThat(catalog.current().services())
                    .containsKeys(names.toArray(String[]::new)));
    assertThat(catalog.current().services().values())
        .filteredOn(service -> names.contains(service.name()))
        .allMatch(service -> service.instances().size() == 1);
    assertThat(catalog.current().problems()).isEmpty();
  }

  @Test
  void anInstanceThatCannotBeReachedConcernsItselfAlone() {
    consul.register("a-1", "a", 1001);
    consul.register("a-2", "a", 0);
    consul.register("a-3", "a", 70000);
    consul.register(Registration.of("a-4", "a", 1002).at("not an address"));
    consul.register(Registration.of("a-5", "a", 1002).at("b\r\nX: y"));
    consul.register(Registration.of("a-6", "a", 1002).at("fe80::1"));
    consul.register(Registration.of("a-7", "a", 1002).at("1::2::3"));
    consul.register(Registration.of("names only", "b", 0).tagged());
    watch(Duration.ZERO);
    eventually("{a=[a-1, a-6], b=[]}");
    assertThat(catalog.current().problems())
        .hasSize(5)
        .allMatch(problem -> problem.startsWith("a: its instance a-"))
        .anyMatch(problem -> problem.endsWith("gets no request: its port is 70000"))
        .anyMatch(problem -> problem.endsWith("\"b\\u000d\\u000aX: y\" is no address to be asked"));
  }

  @Test
  void whatAnInstanceSaysHoldsWhileItIsRegisteredHealthyOrNot() {
    consul.register("a-1", "a", 1001, Map.of("route", "/x"), "critical");
    watch(Duration.ZERO);
    eventually("{a=[]}");
    assertThat(service("a").metas()).containsExactly(Map.of("route", "/x"));
    consul.status("a-1", "passing");
    eventually("{a=[a-1]}");
    consul.register(Registration.of("a-2", "a", 1002).tagged().says(Map.of("route", "/y")));
    consul.register("a-3", "a", 1003, Map.of("route", "/z"), "critical");
    eventually("{a=[a-1, a-2]}");
    assertThat(service("a").metas()).containsExactly(Map.of("route", "/x"));
    consul.deregister("a-3");
    consul.status("a-1", "critical");
    eventually("{a=[a-2]}");
    assertThat(service("a").metas()).containsExactly(Map.of("route", "/x"));
  }

  @Test
  void theWeightIsThatOfTheStateOfTheChecks() {
    consul.register(Registration.of("a-1", "a", 1001).weighs(10, 0));
    watch(Duration.ZERO);
    eventually("{a=[a-1]}");
    assertThat(only("a").weight()).isEqualTo(10);
    consul.status("a-1", "warning");
    await().untilAsserted(() -> assertThat(only("a").weight()).isZero());
    consul.status("a-1", "passing");
    await().untilAsserted(() -> assertThat(only("a").weight()).isEqualTo(10));
  }

  @Test
  void onlyTypicalInstancesAreServed() {
    consul.register("a-1", "a", 1001);
    consul.register(Registration.of("a-2", "a", 1002).as("connect-proxy"));
    consul.register(Registration.of("p-1", "a-sidecar-proxy", 1003).as("connect-proxy"));
    watch(Duration.ZERO);
    eventually("{a=[a-1], a-sidecar-proxy=[]}");
    assertThat(service("a-sidecar-proxy").tags()).isEmpty();
    assertThat(catalog.current().problems()).isEmpty();
  }

  @Test
  void aNameInOtherLettersIsAnotherService() {
    consul.register("one", "greeter", 1001);
    consul.register("two", "Greeter", 1002);
    watch(Duration.ZERO);
    eventually("{Greeter=[two], greeter=[one]}");
  }

  final Service service(String name) {
    Service service = catalog.current().service(name);
    assertThat(service).isNotNull();
    return service;
  }

  final void watch(Duration settle) {
    toClose.add(new FollowedConsul(consul, catalog, settle)::close);
  }

  final void eventually(String expected) {
    await().untilAsserted(() -> assertThat(listed()).isEqualTo(expected));
  }

  private Instance only(String service) {
    return service(service).instances().getFirst();
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
