package zaguan.gateway.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import zaguan.discovery.catalog.Instance;
import zaguan.discovery.catalog.Service;
import zaguan.discovery.catalog.Unasked;
import zaguan.gateway.catalog.Snapshot;

class RouteTableTest {

  static final ServiceSettings DEFAULTS =
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
                instance(
                    "a",
                    "a-2",
                    Map.of("warm-up", "0s", "attempt-timeout", "0", "rewrite-location", "off"))));
    ServiceSettings settings = table.routes().getFirst().settings();
    assertThat(settings.responseTimeout()).isEqualTo(Duration.ofMillis(500));
    assertThat(settings.maxBody()).isEqualTo(2 * 1024 * 1024);
    assertThat(settings.maxConcurrency()).isEqualTo(7);
    assertThat(settings.warmUp()).isZero();
    assertThat(settings.attemptTimeout()).isZero();
    assertThat(settings.rewriteLocation()).isFalse();
    assertThat(settings.connectTimeout()).isEqualTo(DEFAULTS.connectTimeout());
    assertThat(table.problems()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "response-timeout, soon, 'it must be like 500ms, 15s, 2m or 1h, or 0'",
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
  void ofTwoServicesThatWantOnePrefixNewlyTheOneRegisteredFirstHasIt() {
    Service later = service("a", instance("a", "a-1", Map.of("route", "/x")));
    Service first = service("b", instance("b", "b-1", Map.of("route", "/x")));
    RouteTable table = table(since(later, 8), since(first, 7));
    assertThat(table.routes()).extracting(Route::service).containsExactly("b");
    assertThat(table.problems()).containsExactly("a is not served: /x is the route of b");
  }

  @Test
  void whoHasAPrefixKeepsItThoughAnotherWasRegisteredBefore() {
    Service holder = service("b", instance("b", "b-1", Map.of("route", "/x")));
    Service other = service("a", instance("a", "a-1", Map.of("route", "/x")));
    RouteTable table = table(of -> List.of("gone", "b"), since(other, 7), since(holder, 8));
    assertThat(table.routes()).extracting(Route::service).containsExactly("b");
  }

  @Test
  void whereInstancesDisagreeTheServiceStaysWhereItIs() {
    RouteTable table =
        table(
            of -> of.equals("/y") ? List.of("a") : List.of(),
            service(
                "a",
                instance("a", "a-1", Map.of("route", "/y")),
                instance("a", "a-2", Map.of("route", "/x"))));
    assertThat(table.routes()).extracting(Route::prefix).containsExactly("/y");
  }

  @Test
  void whatUnhealthyInstancesSayHoldsWhereNoHealthyOneSpeaks() {
    Unasked sick =
        new Unasked("a-1", "n1", true, Map.of("route", "/shop/a", "response-timeout", "9s"));
    Unasked canary = new Unasked("a-2", "n1", false, Map.of("route", "/b"));
    RouteTable table =
        table(
            service("shop"),
            new Service(
                "a", Set.of("public"), List.of(), Map.of(), List.of(canary, sick), 1, List.of()));
    RouteTable.Match match = table.match("/shop/a/1");
    assertThat(match).isNotNull();
    assertThat(match.route().service()).isEqualTo("a");
    assertThat(match.route().instances()).isEmpty();
    assertThat(match.route().settings().responseTimeout()).isEqualTo(Duration.ofSeconds(9));
    assertThat(table.match("/b/1")).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "my svc",
        "\u00fcn\u00ef",
        "-",
        ".",
        "..",
        "greeter/hello",
        "a%2fb",
        "a?b",
        "a#",
        "/a",
        ""
      })
  void aNameThatNoPathLeadsToIsSaidAndNotServed(String name) {
    RouteTable table = table(service("greeter"), service(name, instance(name, "1", Map.of())));
    assertThat(table.routes()).extracting(Route::prefix).containsExactly("/greeter");
    assertThat(table.problems())
        .singleElement()
        .asString()
        .startsWith(name + " is not served: no path leads to a service of this name");
  }

  @Test
  void anyNameIsServedAtARouteOfItsOwn() {
    RouteTable table = table(service("my svc", instance("my svc", "1", Map.of("route", "/mine"))));
    assertThat(table.routes()).extracting(Route::prefix).containsExactly("/mine");
    assertThat(table.problems()).isEmpty();
  }

  @Test
  void aNameAndARouteThatAreNoneAreNotServed() {
    RouteTable table = table(service("my svc", instance("my svc", "1", Map.of("route", "x"))));
    assertThat(table.routes()).isEmpty();
    assertThat(table.problems()).singleElement().asString().contains("It is not served");
  }

  @Test
  void whatIsRegisteredMakesNoSentenceLongOrTwoLines() {
    String route = "/x\n2026 ERROR forged\u202e" + "y".repeat(5_000);
    RouteTable table =
        table(
            service("a", instance("a", "1", Map.of("route", route, "warm-up", "1\r\n2"))),
            service("z".repeat(5_000), instance("z", "1", Map.of())));
    assertThat(table.problems())
        .hasSize(3)
        .allMatch(each -> each.length() <= 501)
        .allMatch(each -> each.chars().noneMatch(Character::isISOControl))
        .anyMatch(each -> each.contains("/x\\u000a2026 ERROR forged\\u202eyyy"));
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
        "/a?b",
        "/aaaaaaaaaabbbbbbbbbbaaaaaaaaaabbbbbbbbbbaaaaaaaaaabbbbbbbbbbaaaaaaaaaabbbbbbbbbb"
            + "aaaaaaaaaabbbbbbbbbbaaaaaaaaaabbbbbbbbbbaaaaaaaaaabbbbbbbbbbaaaaaaaaaabbbbbbbbbb"
            + "aaaaaaaaaabbbbbbbbbbaaaaaaaaaabbbbbbbbbbaaaaaaaaaabbbbbbbbbbaaaaaaaaaabbbbbbbbbb"
            + "aaaaaaaaaabbbbbbbbbb"
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

  private static Service since(Service service, long index) {
    return new Service(
        service.name(),
        service.tags(),
        service.instances(),
        service.meta(),
        service.unasked(),
        index,
        service.problems());
  }

  private static RouteTable table(Service... services) {
    return table(of -> List.of(), services);
  }

  private static RouteTable table(Function<String, List<String>> incumbents, Service... services) {
    TreeMap<String, Service> byName = new TreeMap<>();
    Arrays.stream(services).forEach(each -> byName.put(each.name(), each));
    Assignments assignments =
        Assignments.of(new Snapshot(true, byName), DEFAULTS, List.of(), incumbents);
    Upstreams upstreams = new Upstreams(() -> 0, bound -> bound - 1, event -> {});
    return new RouteTable(true, upstreams.update(assignments.all()), assignments.problems());
  }

  private static Service service(String name, Instance... instances) {
    return new Service(name, Set.of("public"), Arrays.asList(instances), Map.of());
  }

  private static Instance instance(String service, String id, Map<String, String> meta) {
    return new Instance(id, service, "n1", "127.0.0.1", 1, 1, List.of("public"), meta);
  }
}
