package zaguan.gateway.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import zaguan.discovery.catalog.Instance;
import zaguan.gateway.nomad.NomadAllocation;
import zaguan.gateway.nomad.NomadJob;

/** What Nomad registers in Consul, before it has. */
class RegistrationTest {

  private static final NomadAllocation.Port PORT =
      new NomadAllocation.Port("http", 20_001, "127.0.0.1");

  private static final NomadAllocation ALLOCATION =
      new NomadAllocation("0a1b", "web", "n1", "run", "running", 7, null, null, null);

  @Test
  void anInstanceIsAsNomadRegistersItAndNotAsSomebodySaidInConsul() {
    Instance instance = registration(true).instance(ALLOCATION, PORT);
    assertThat(instance)
        .isEqualTo(
            new Instance(
                "_nomad-task-0a1b-group-web-orders-http",
                "orders",
                "n1",
                "127.0.0.1",
                20_001,
                1,
                List.of("public", "shop"),
                Map.of("route", "/shop/orders")));
  }

  @Test
  void ofATaskItHasTheTasksNameInItsId() {
    assertThat(registration(false).instance(ALLOCATION, PORT).id())
        .isEqualTo("_nomad-task-0a1b-server-orders-http");
  }

  private static Registration registration(boolean ofGroup) {
    List<NomadJob.Service> services =
        List.of(
            new NomadJob.Service(
                "orders",
                "consul",
                "http",
                List.of("public", "${NOMAD_JOB_NAME}", "${node.class}"),
                Map.of("route", "/${NOMAD_JOB_NAME}/orders", "rack", "${meta.rack}"),
                null));
    NomadJob.Task task = new NomadJob.Task("server", null, null, ofGroup ? List.of() : services);
    NomadJob.Group group =
        new NomadJob.Group("web", 1, null, null, ofGroup ? services : null, List.of(task));
    NomadJob job =
        new NomadJob(
            "shop", "shop", "service", "default", "global", false, 1, 1, null, List.of(group));
    return Registration.of(job, group).getFirst();
  }
}
