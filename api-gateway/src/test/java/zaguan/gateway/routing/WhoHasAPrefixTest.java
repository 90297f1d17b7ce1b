package zaguan.gateway.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import zaguan.discovery.FakeConsul;
import zaguan.discovery.Registration;
import zaguan.discovery.settings.TimeAndChance;
import zaguan.gateway.catalog.FollowedConsul;

/** Two services that want one prefix, and gateways that come and go meanwhile. */
@Timeout(120)
class WhoHasAPrefixTest {

  private static final String KEY = "zaguan/holders/x";

  private final FakeConsul consul = new FakeConsul();
  private final List<Gateway> gateways = new ArrayList<>();

  WhoHasAPrefixTest() throws IOException {}

  /** As far as routes go. */
  private static final class Gateway {

    private final AtomicLong clock = new AtomicLong();
    private final FollowedConsul followed;
    private final Routes routes;

    Gateway(FakeConsul consul) {
      followed = new FollowedConsul(consul);
      routes =
          new Routes(
              followed.catalog(),
              followed.holders(),
              RouteTableTest.DEFAULTS,
              event -> {},
              new TimeAndChance(clock::get, InstantSource.system(), new Random(7)));
    }

    String holder() {
      return String.valueOf(routes.current().holder("/x"));
    }

    List<String> problems() {
      return routes.current().problems();
    }
  }

  @AfterEach
  void close() {
    gateways.forEach(gateway -> gateway.followed.close());
    consul.close();
  }

  @Test
  void whoHasItKeepsItAndTheOtherIsAProblem() {
    Gateway gateway = gateway();
    register("b-1", "b");
    eventually(gateway, "b");
    awaitKey("b");
    register("a-1", "a");
    awaitProblem(gateway, "a is not served: /x is the route of b");
    assertThat(gateway.holder()).isEqualTo("b");
  }

  @Test
  void aNameIsAPrefixToo() {
    Gateway gateway = gateway();
    consul.register("x-1", "x", 1001);
    eventually(gateway, "x");
    register("a-1", "a");
    awaitProblem(gateway, "a is not served: /x is the route of x");
  }

  @Test
  void aGatewayThatStartsMeanwhileKnowsItThoughTheInstancesWereReplaced() {
    Gateway older = gateway();
    register("b-1", "b");
    eventually(older, "b");
    awaitKey("b");
    register("a-1", "a");
    register("b-2", "b");
    consul.deregister("b-1");
    awaitProblem(older, "a is not served: /x is the route of b");
    eventually(gateway(), "b");
    assertThat(older.holder()).isEqualTo("b");
  }

  @Test
  void withoutTheStoreTheOneThatWasRegisteredFirstHasIt() {
    consul.forbidsTheStore();
    Gateway older = gateway();
    register("b-1", "b");
    register("a-1", "a");
    Gateway newer = gateway();
    eventually(newer, "b");
    eventually(older, "b");
    register("b-2", "b");
    consul.deregister("b-1");
    awaitProblem(older, "a is not served: /x is the route of b");
    assertThat(older.holder()).isEqualTo("b");
  }

  @Test
  void gatewaysThatSeeBothAtOnceDecideTheSame() {
    register("b-1", "b");
    register("a-1", "a");
    Gateway one = gateway();
    Gateway other = gateway();
    eventually(one, "b");
    eventually(other, "b");
    awaitKey("b");
  }

  @Test
  void whoHasLeftKeepsItForAnHourAtEveryGateway() {
    Gateway one = gateway();
    register("b-1", "b");
    eventually(one, "b");
    awaitKey("b");
    consul.deregister("b-1");
    register("a-1", "a");
    awaitProblem(
        one,
        "a is not served: /x is the route of b, which left Consul within the last hour."
            + " To free it now: consul kv delete zaguan/holders/x");
    Gateway newer = gateway();
    eventually(newer, "b");
    assertThat(one.holder()).isEqualTo("b");
    one.clock.addAndGet(Duration.ofMinutes(61).toNanos());
    eventually(one, "a");
    awaitKey("a");
    eventually(newer, "a");
    assertThat(newer.problems()).isEmpty();
  }

  @Test
  void anInstanceThatIsNotPublicEndsNoHour() {
    Gateway gateway = gateway();
    register("b-1", "b");
    eventually(gateway, "b");
    awaitKey("b");
    consul.deregister("b-1");
    awaitLeft(gateway);
    consul.register(Registration.of("b-2", "b", 1002).tagged());
    await().until(() -> gateway.followed.catalog().current().service("b") != null);
    register("a-1", "a");
    awaitProblem(gateway, "a is not served: /x is the route of b, which left");
    assertThat(gateway.routes.current().routes())
        .singleElement()
        .satisfies(route -> assertThat(route.instances()).isEmpty());
  }

  @Test
  void whoIsForgottenLeavesNoKey() {
    Gateway one = gateway();
    Gateway other = gateway();
    register("b-1", "b");
    eventually(one, "b");
    eventually(other, "b");
    awaitKeySeenBy(one, "b");
    awaitKeySeenBy(other, "b");
    consul.deregister("b-1");
    awaitLeft(one);
    awaitLeft(other);
    one.clock.addAndGet(Duration.ofMinutes(61).toNanos());
    await().untilAsserted(() -> assertThat(one.routes.current().routes()).isNotEmpty());
    one.clock.addAndGet(Duration.ofMinutes(61).toNanos());
    awaitKey("null");
    eventually(one, "null");
    eventually(other, "null");
  }

  @Test
  void aKeyThatIsDeletedByHandFreesThePrefixOfOneThatHasLeft() {
    Gateway one = gateway();
    Gateway other = gateway();
    register("b-1", "b");
    eventually(one, "b");
    eventually(other, "b");
    awaitKeySeenBy(one, "b");
    awaitKeySeenBy(other, "b");
    register("a-1", "a");
    consul.deregister("b-1");
    awaitProblem(one, "a is not served: /x is the route of b, which left");
    awaitProblem(other, "a is not served: /x is the route of b, which left");
    consul.loses(KEY);
    eventually(one, "a");
    eventually(other, "a");
    awaitKey("a");
  }

  @Test
  void whoIsThereHasItThoughTheKeyIsLost() {
    Gateway gateway = gateway();
    register("b-1", "b");
    eventually(gateway, "b");
    awaitKey("b");
    register("a-1", "a");
    awaitProblem(gateway, "a is not served: /x is the route of b");
    consul.loses(KEY);
    awaitKey("b");
    assertThat(gateway.holder()).isEqualTo("b");
  }

  @Test
  void whoGoesElsewhereLeavesItAtOnceAndNoKeyBehind() {
    Gateway gateway = gateway();
    register("b-1", "b");
    eventually(gateway, "b");
    awaitKey("b");
    register("a-1", "a");
    awaitProblem(gateway, "a is not served: /x is the route of b");
    for (int i = 0; i < 10; i++) {
      consul.register("b-1", "b", 1001, Map.of("route", "/elsewhere/" + i));
    }
    eventually(gateway, "a");
    awaitKey("a");
    await()
        .untilAsserted(() -> assertThat(consul.kept("zaguan/holders/elsewhere/9")).isEqualTo("b"));
    for (int i = 0; i < 9; i++) {
      String key = "zaguan/holders/elsewhere/" + i;
      await().untilAsserted(() -> assertThat(consul.kept(key)).isNull());
    }
  }

  @Test
  void whoIsUnhealthyKeepsIt() {
    Gateway gateway = gateway();
    register("b-1", "b");
    eventually(gateway, "b");
    consul.status("b-1", "critical");
    register("a-1", "a");
    awaitProblem(gateway, "a is not served: /x is the route of b");
    eventually(gateway(), "b");
  }

  @Test
  void aKeyThatNamesAServiceWhichIsNotThereTakesNothingFromOneThatIs() {
    Gateway gateway = gateway();
    register("b-1", "b");
    eventually(gateway, "b");
    awaitKey("b");
    consul.keeps(KEY, "ghost");
    awaitKey("b");
    assertThat(gateway.holder()).isEqualTo("b");
    assertThat(gateway.routes.current().routes()).hasSize(1);
  }

  @Test
  void whatElseLiesAmongTheKeysIsLeftAlone() {
    consul.keeps("zaguan/holders/", "");
    consul.keeps("zaguan/holders/a b", "ghost");
    consul.keeps("zaguan/holders/../y", "ghost");
    consul.keeps("zaguan/holders/-/health", "ghost");
    consul.keeps(KEY, "");
    Gateway gateway = gateway();
    register("b-1", "b");
    eventually(gateway, "b");
    awaitKey("b");
    assertThat(
            gateway.routes.current().routes().stream()
                .map(Route::prefix)
                .collect(Collectors.toList()))
        .containsExactly("/x");
    assertThat(consul.kept("zaguan/holders/a b")).isEqualTo("ghost");
  }

  @Test
  void aThousandServicesAreAKeyEachAndThenSilence() {
    for (int i = 0; i < 1000; i++) {
      consul.register("s" + i, "s" + i, 1001);
    }
    Gateway one = gateway();
    Gateway other = gateway();
    await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () ->
                IntStream.range(0, 1000)
                    .mapToObj(i -> "s" + i)
                    .allMatch(name -> name.equals(consul.kept("zaguan/holders/" + name))));
    assertThat(one.routes.current().routes()).hasSize(1000);
    assertThat(other.routes.current().routes()).hasSize(1000);
    await().during(Duration.ofSeconds(1)).atMost(Duration.ofSeconds(30)).until(this::isQuiet);
  }

  private int requestsBefore;

  /** Long polls alone: three a gateway, held for two seconds each. */
  private boolean isQuiet() {
    int now = consul.requests();
    boolean quiet = now - requestsBefore < 10;
    requestsBefore = now;
    return quiet;
  }

  private Gateway gateway() {
    Gateway gateway = new Gateway(consul);
    gateways.add(gateway);
    return gateway;
  }

  private void register(String id, String name) {
    consul.register(id, name, 1001, Map.of("route", "/x"));
  }

  private static void eventually(Gateway gateway, String holder) {
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(gateway.holder()).isEqualTo(holder));
  }

  private void awaitKey(String holder) {
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(String.valueOf(consul.kept(KEY))).isEqualTo(holder));
  }

  /** A gateway looks at most twice a second. */
  private static void awaitKeySeenBy(Gateway gateway, String holder) {
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () -> assertThat(gateway.followed.holders().view().holder("/x")).isEqualTo(holder));
  }

  /** Who has the prefix has no instance any more. */
  private static void awaitLeft(Gateway gateway) {
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () ->
                assertThat(gateway.routes.current().routes())
                    .allMatch(route -> route.instances().isEmpty()));
  }

  private static void awaitProblem(Gateway gateway, String problem) {
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () -> assertThat(gateway.problems()).singleElement().asString().startsWith(problem));
  }
}
