package zaguan.gateway.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import zaguan.gateway.catalog.Instance;
import zaguan.gateway.catalog.Service;
import zaguan.gateway.catalog.Snapshot;

class RouteTableTest {

  private static final ServiceSettings DEFAULTS =
      new ServiceSettings(
          Duration.ofSeconds(1),
          Duration.ofSeconds(5),
          Duration.ofSeconds(15),
          Duration.ofSeconds(60),
          100,
          1_000_000,
          1_000,
          Duration.ofSeconds(5),
          Duration.ofSeconds(30),
          500,
          Duration.ZERO,
          true);

  @Test
  void metaSetsWhatHoldsForTheService() {
    RouteTable table =
        table(
            service(
                "a",
                instance(
                    "a",
                    "a-1",
                    Map.of("response-timeout", "500ms", "max-body", "2MB", "max-concurrency", "7")),
                instance("a", "a-2", Map.of("warm-up", "0s", "rewrite-location", "off"))));
    ServiceSettings settings = table.routes().getFirst().settings();
    assertThat(settings.responseTimeout()).isEqualTo(Duration.ofMillis(500));
    assertThat(settings.maxBody()).isEqualTo(2 * 1024 * 1024);
    assertThat(settings.maxConcurrency()).isEqualTo(7);
    assertThat(settings.warmUp()).isZero();
    assertThat(settings.rewriteLocation()).isFalse();
    assertThat(settings.connectTimeout()).isEqualTo(DEFAULTS.connectTimeout());
    assertThat(table.problems()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "response-timeout, soon, 'it must be like 500ms, 15s, 2m or 1h'",
    "response-timeout, 1ms, 'must be from PT0.1S to PT10M'",
    "least-body-rate, 2MB, 'must be from 0 to 1MB'",
    "max-body, big, 'it must be a number, or like 64KB, 10MB or 1GB'",
    "max-concurrency, 0, 'must be from 1 to 100000'",
    "max-concurrency, 5000000000, a: max-concurrency=",
    "rewrite-location, no, it must be on or off",
  })
  void metaThatSetsNothingIsIgnoredAndSaidSo(String key, String value, String problem) {
    RouteTable table = table(service("a", instance("a", "a-1", Map.of(key, value))));
    assertThat(table.routes().getFirst().settings()).isEqualTo(DEFAULTS);
    assertThat(table.problems()).singleElement().asString().contains(problem);
  }

  @ParameterizedTest
  @CsvSource({
    "/greeter, /greeter, /",
    "/greeter/, /greeter, /",
    "/greeter/hello/Ada, /greeter, /hello/Ada",
    "/greeter//a%2Fb/, /greeter, //a%2Fb/",
    "/shop/orders/7, /shop/orders, /7",
    "/shop/7, /shop, /7",
  })
  void aPathLeadsToTheLongestPrefixAndTheRestIsLeftAsItCame(
      String path, String prefix, String rest) {
    RouteTable table =
        table(
            service("greeter", instance("greeter", "g-1", Map.of())),
            service("shop", instance("shop", "s-1", Map.of())),
            service("orders", instance("orders", "o-1", Map.of("route", "/shop/orders"))));
    RouteTable.Match match = table.match(path);
    assertThat(match).isNotNull();
    assertThat(match.route().prefix()).isEqualTo(prefix);
    assertThat(match.rest()).isEqualTo(rest);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "", "/greeterx", "/Greeter", "/x/greeter", "/orders"})
  void anythingElseLeadsNowhere(String path) {
    RouteTable table =
        table(
            service("greeter", instance("greeter", "g-1", Map.of())),
            service("orders", instance("orders", "o-1", Map.of("route", "/shop/orders"))));
    assertThat(table.match(path)).isNull();
  }

  @Test
  void aServiceThatIsNotPublicHasNoRoute() {
    assertThat(table(new Service("db", Set.of(), List.of(), Map.of())).routes()).isEmpty();
  }

  @Test
  void anInstanceWithoutTheTagIsNotAsked() {
    Instance canary = new Instance("g-2", "g", "n", "h", 1, 1, List.of("canary"), Map.of());
    RouteTable table = table(service("g", instance("g", "g-1", Map.of()), canary));
    assertThat(table.routes().getFirst().instances())
        .extracting(Instance::id)
        .containsExactly("g-1");
  }

  @Test
  void aPublicServiceWithoutInstancesIsKnown() {
    RouteTable table = table(service("greeter"));
    RouteTable.Match match = table.match("/greeter/");
    assertThat(match).isNotNull();
    assertThat(match.route().instances()).isEmpty();
  }

  @Test
  void ofTwoServicesThatWantOnePrefixTheFirstByNameKeepsIt() {
    RouteTable table =
        table(
            service("b", instance("b", "b-1", Map.of("route", "/x"))),
            service("a", instance("a", "a-1", Map.of("route", "/x"))));
    assertThat(table.routes()).extracting(Route::service).containsExactly("a");
    assertThat(table.problems()).containsExactly("b is not served: /x is the route of a");
  }

  @Test
  void instancesThatDisagreeAreServedAtTheFirstOfTheirRoutes() {
    RouteTable table =
        table(
            service(
                "a",
                instance("a", "a-1", Map.of("route", "/y")),
                instance("a", "a-2", Map.of("route", "/x"))));
    assertThat(table.routes()).extracting(Route::prefix).containsExactly("/x");
    assertThat(table.problems()).singleElement().asString().contains("disagree");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "x",
        "/x/",
        "//x",
        "/x//y",
        "/..",
        "/a/../b",
        "/.",
        "/%2e",
        "/a b",
        "/-",
        "/-/health",
        "/a?b"
      })
  void aRouteThatIsNoPrefixIsSaidAndTheServiceKeepsItsName(String route) {
    RouteTable table = table(service("a", instance("a", "a-1", Map.of("route", route))));
    assertThat(table.routes()).extracting(Route::prefix).containsExactly("/a");
    assertThat(table.problems()).singleElement().asString().contains("is no prefix");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/x", "/shop/orders", "/v1.2", "/-x", "/...", "/~a_b-c"})
  void otherRoutesAreTaken(String route) {
    RouteTable table = table(service("a", instance("a", "a-1", Map.of("route", route))));
    assertThat(table.routes()).extracting(Route::prefix).containsExactly(route);
    assertThat(table.problems()).isEmpty();
  }

  private static RouteTable table(Service... services) {
    TreeMap<String, Service> byName = new TreeMap<>();
    Arrays.stream(services).forEach(each -> byName.put(each.name(), each));
    return RouteTable.of(
        new Snapshot(true, byName),
        DEFAULTS,
        new Upstreams(() -> 0, bound -> bound - 1),
        List.of());
  }

  private static Service service(String name, Instance... instances) {
    return new Service(name, Set.of("public"), Arrays.asList(instances), Map.of());
  }

  private static Instance instance(String service, String id, Map<String, String> meta) {
    return new Instance(id, service, "n1", "127.0.0.1", 1, 1, List.of("public"), meta);
  }
}
