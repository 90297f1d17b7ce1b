package zaguan.gateway.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.context.ApplicationContext;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import zaguan.discovery.FakeConsul;
import zaguan.discovery.balancing.Upstream;
import zaguan.gateway.catalog.JobGroup;
import zaguan.gateway.nomad.NomadJob;
import zaguan.gateway.routing.Route;
import zaguan.gateway.routing.ServiceSettings;

/** Which groups may sleep, by Nomad's record of their job. */
class SleepersTest {

  private static final JobGroup SAID = new JobGroup("shop", "web");
  private static final NomadJob.Scaling SCALING = new NomadJob.Scaling(0, true);

  private final FakeConsul consul = new FakeConsul();
  private final ApplicationContext context =
      ApplicationContext.run(Map.of("discovery.consul.address", consul.address()), "test");
  private final ServiceSettings defaults = context.getBean(ServiceSettings.class);
  private final Map<String, Route> routes = new HashMap<>();

  SleepersTest() throws IOException {}

  @AfterEach
  void close() {
    context.close();
    consul.close();
  }

  @Test
  void theLongestThatOneOfTheServicesAsksForHolds() {
    served("orders", "5s");
    served("hooks", "20s");
    Sleepers sleepers = of(SCALING, block("orders", "10s"), block("hooks", "20s"));
    assertThat(sleepers)
        .isEqualTo(
            new Sleepers.All(List.of(route("orders"), route("hooks")), Duration.ofSeconds(20)));
  }

  @Test
  void whatIsLongerOfItsJobsWordAndItsInstancesHolds() {
    served("orders", "1s");
    assertThat(of(SCALING, block("orders", "15m")))
        .isEqualTo(new Sleepers.All(List.of(route("orders")), Duration.ofMinutes(15)));
  }

  @Test
  void anInstanceAloneCannotAskForIt() {
    served("orders", "1s");
    assertThat(of(SCALING, block("orders", null)))
        .isEqualTo(new Sleepers.None("its service orders does not ask for it."));
  }

  @Test
  void aGroupOfWhichOnePublicServiceDoesNotAskDoesNotSleep() {
    served("orders", "1s");
    served("hooks", null);
    assertThat(of(SCALING, block("orders", "1s"), block("hooks", null)))
        .isEqualTo(new Sleepers.None("its service hooks does not ask for it."));
  }

  @Test
  void aServiceThatIsNotPublicIsNotAsked() {
    served("orders", "1s");
    NomadJob.Service metrics =
        new NomadJob.Service("metrics", "consul", "http", null, Map.of(), null);
    assertThat(of(SCALING, block("orders", "1s"), metrics))
        .isEqualTo(new Sleepers.All(List.of(route("orders")), Duration.ofSeconds(1)));
  }

  @Test
  void aServiceThatIsCalledByNameCountsIfItNamesTheGroup() {
    served("orders", "1s");
    served("stock", "20s");
    assertThat(of(SCALING, block("orders", "1s"), secret("stock", "20s")))
        .isEqualTo(
            new Sleepers.All(List.of(route("orders"), route("stock")), Duration.ofSeconds(20)));
    assertThat(of(SCALING, secret("stock", "20s")))
        .isEqualTo(new Sleepers.All(List.of(route("stock")), Duration.ofSeconds(20)));
    assertThat(of(SCALING, block("orders", "1s"), secret("stock", null)))
        .isEqualTo(new Sleepers.None("its service stock does not ask for it."));
    assertThat(of(SCALING, secret("bills", "1s")))
        .isEqualTo(new Sleepers.None("its service bills is not registered."));
  }

  private static NomadJob.Service secret(String name, @Nullable String sleepAfter) {
    NomadJob.Service block = block(name, sleepAfter);
    return new NomadJob.Service(
        block.name(), block.provider(), block.port(), List.of(), block.meta(), block.checks());
  }

  @Test
  void aGroupWithoutAPublicServiceDoesNotSleepForAnother() {
    served("orders", "1s");
    NomadJob.Service frontDoor =
        new NomadJob.Service("haproxy", "consul", "http", null, null, null);
    assertThat(of(SCALING, frontDoor))
        .isEqualTo(
            new Sleepers.None("its group web runs no service that is public or names the group."));
  }

  @Test
  void aPublicServiceThatIsNotServedMayBeInUse() {
    served("orders", "1s");
    assertThat(of(SCALING, block("orders", "1s"), block("hooks-${node.class}", "1s")))
        .isEqualTo(new Sleepers.None("its public service hooks-${node.class} is not served here."));
  }

  @Test
  void itsScalingBlockMayForbidIt() {
    served("orders", "1s");
    assertThat(of(new NomadJob.Scaling(2, true), block("orders", "1s")))
        .isEqualTo(new Sleepers.None("its scaling block says min = 2."));
    assertThat(of(new NomadJob.Scaling(0, false), block("orders", "1s")))
        .isEqualTo(new Sleepers.None("its scaling block says enabled = false."));
  }

  @Test
  void aJobOfAnotherTypeDoesNotSleep() {
    served("orders", "1s");
    assertThat(of("system", SCALING, block("orders", "1s")))
        .isEqualTo(new Sleepers.None("it is of type system."));
  }

  private Sleepers of(NomadJob.Scaling scaling, NomadJob.Service... services) {
    return of("service", scaling, services);
  }

  private Sleepers of(String type, NomadJob.Scaling scaling, NomadJob.Service... services) {
    NomadJob.Group group =
        new NomadJob.Group("web", 1, scaling, null, Arrays.asList(services), List.of());
    NomadJob job =
        new NomadJob("shop", "shop", type, "default", "global", false, 1, 1, null, List.of(group));
    return Sleepers.of(job, group, SAID, routes, defaults);
  }

  private static NomadJob.Service block(String name, @Nullable String sleepAfter) {
    Map<String, String> meta = new HashMap<>(Map.of("nomad-job", "shop", "nomad-group", "web"));
    if (sleepAfter != null) {
      meta.put("sleep-after", sleepAfter);
    }
    return new NomadJob.Service(name, "consul", "http", List.of("public"), meta, null);
  }

  private Route route(String service) {
    Route route = routes.get(service);
    assertThat(route).as(service).isNotNull();
    return route;
  }

  /** A service as its instances speak of it. */
  private void served(String service, @Nullable String sleepAfter) {
    Map<String, String> meta = sleepAfter == null ? Map.of() : Map.of("sleep-after", sleepAfter);
    routes.put(
        service,
        new Route(
            "/" + service,
            service,
            List.of(),
            defaults.with(service, List.of(meta), new ArrayList<>()),
            true,
            new Upstream(service, 1, () -> 0, bound -> 0, event -> {}),
            SAID));
  }
}
