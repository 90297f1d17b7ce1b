package zaguan.gateway.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import zaguan.gateway.catalog.JobGroup;
import zaguan.gateway.nomad.NomadJob;

/** What Nomad's record says to a service's word that a group is its own. */
class StandingTest {

  private static final JobGroup SAID = new JobGroup("shop/1", "web");

  private static final Map<String, String> OWN =
      Map.of("nomad-job", "${NOMAD_JOB_ID}", "nomad-group", "${NOMAD_GROUP_NAME}");

  /** As Nomad fills them in when it registers the service. */
  @ParameterizedTest
  @CsvSource({
    "orders, orders",
    "${NOMAD_JOB_NAME}-web, shop-web",
    "${NOMAD_JOB_NAME}-${NOMAD_GROUP_NAME}, shop-web",
    "${NOMAD_META_tenant}-orders, acme-orders",
    "${NOMAD_META_TENANT}-orders, acme-orders",
    "${NOMAD_META_tier}, group",
    "${NOMAD_META_of_both}, shop",
    "${NOMAD_NAMESPACE}-${NOMAD_REGION}, default-global",
    "${node.region}, global",
  })
  void aGroupRunsTheServicesOfItsOwnBlocksByTheNamesThatTheyGet(String written, String service) {
    assertThat(standing(service, group(service(written, OWN)))).isInstanceOf(Standing.Runs.class);
  }

  @ParameterizedTest
  @CsvSource({
    "${NOMAD_TASK_NAME}-orders, server-orders",
    "${NOMAD_META_tier}, task",
    "${COLOUR}-orders, green-shop-orders",
  })
  void aGroupRunsTheServicesOfItsTasks(String written, String service) {
    NomadJob.Group group =
        new NomadJob.Group(
            "web",
            1,
            null,
            Map.of("tier", "group"),
            null,
            List.of(
                new NomadJob.Task(
                    "server",
                    Map.of("COLOUR", "green-${NOMAD_JOB_NAME}"),
                    Map.of("tier", "task"),
                    List.of(service(written, OWN)))));
    assertThat(standing(service, group)).isInstanceOf(Standing.Runs.class);
  }

  /** None of it is known before there is an allocation. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "web-${node.datacenter}",
        "web-${attr.kernel.name}",
        "web-${meta.rack}",
        "web-${NOMAD_ALLOC_INDEX}",
        "web-${NOMAD_TASK_NAME}",
        "web-${NOMAD_DC}"
      })
  void aNameThatDependsOnWhereItRunsIsNobodys(String written) {
    NomadJob.Group group = group(service(written, OWN));
    for (String service : List.of("web-dc1", "web-linux", "web-0", "web-", "web")) {
      assertThat(reason(service, group))
          .isEqualTo(
              "The group web of the job shop/1 runs no service of that name, as Nomad has it.");
    }
  }

  @Test
  void anotherServiceOfTheGroupIsNotThisOne() {
    assertThat(reason("front-door", group(service("orders", OWN)))).contains("runs no service");
  }

  @Test
  void aServiceThatNomadKeepsToItselfIsNotTheOneInConsul() {
    NomadJob.Service own =
        new NomadJob.Service("orders", "nomad", "http", List.of("public"), OWN, null);
    assertThat(reason("orders", group(own))).contains("runs no service");
  }

  @Test
  void aServiceWithoutTheTagIsNotMadePublic() {
    NomadJob.Service secret = new NomadJob.Service("orders", "consul", "http", null, OWN, null);
    assertThat(reason("orders", group(secret)))
        .isEqualTo("It has no tag public in the job shop/1.");
  }

  @Test
  void aServiceWithoutTheTagIsWokenForWhoCallsItByItsName() {
    NomadJob.Service secret = new NomadJob.Service("orders", "consul", "http", null, OWN, null);
    assertThat(Standing.of(new Claim("orders", SAID, false), job("service", group(secret))))
        .isInstanceOf(Standing.Runs.class);
    NomadJob.Service silent =
        new NomadJob.Service("orders", "consul", "http", null, Map.of(), null);
    assertThat(Standing.of(new Claim("orders", SAID, false), job("service", group(silent))))
        .isInstanceOf(Standing.RunsNot.class);
  }

  @Test
  void whatOnlyARegistrationSaysIsNotEnough() {
    assertThat(reason("orders", group(service("orders", Map.of()))))
        .isEqualTo(
            "Its meta in the job shop/1 does not say nomad-job = \"shop/1\" and nomad-group ="
                + " \"web\".");
    assertThat(reason("orders", group(service("orders", Map.of("nomad-job", "another")))))
        .contains("does not say");
  }

  @ParameterizedTest
  @ValueSource(strings = {"batch", "system", "sysbatch"})
  void jobsOfOtherTypesAreNotScaled(String type) {
    NomadJob job = job(type, group(service("orders", OWN)));
    assertThat(Standing.of(new Claim("orders", SAID, true), job))
        .isEqualTo(
            new Standing.RunsNot(
                "The job shop/1 is of type " + type + "; only those of type service are scaled."));
  }

  @Test
  void aGroupThatTheJobDoesNotHaveRunsNothing() {
    NomadJob job = job("service", group(service("orders", OWN)));
    assertThat(Standing.of(new Claim("orders", new JobGroup("shop/1", "shop/1"), true), job))
        .isEqualTo(new Standing.RunsNot("The job shop/1 has no group shop/1, as its meta says."));
  }

  private static Standing standing(String service, NomadJob.Group group) {
    return Standing.of(new Claim(service, SAID, true), job("service", group));
  }

  private static String reason(String service, NomadJob.Group group) {
    return ((Standing.RunsNot) standing(service, group)).reason();
  }

  private static NomadJob job(String type, NomadJob.Group group) {
    return new NomadJob(
        "shop/1",
        "shop",
        type,
        "default",
        "global",
        false,
        1,
        1,
        Map.of("tenant", "acme", "tier", "job", "of-both", "${NOMAD_JOB_NAME}"),
        List.of(group));
  }

  private static NomadJob.Group group(NomadJob.Service service) {
    return new NomadJob.Group("web", 1, null, Map.of("tier", "group"), List.of(service), List.of());
  }

  private static NomadJob.Service service(String name, Map<String, String> meta) {
    return new NomadJob.Service(name, "consul", "http", List.of("public"), meta, null);
  }
}
