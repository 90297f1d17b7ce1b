package zaguan.gateway.scaling;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import zaguan.discovery.catalog.Instance;
import zaguan.gateway.catalog.JobGroup;
import zaguan.gateway.nomad.NomadAllocation;
import zaguan.gateway.nomad.NomadJob;

/**
 * A service that Nomad registers in Consul for each allocation of a group: by Nomad's own record of
 * the job, with {@code ${…}} filled in. Anybody may have written what a registration in Consul says
 * of itself; only those who may run the job can change what is here.
 *
 * @param owner the part of its ID in Consul that says whose it is
 * @param port the label of its port; empty if it has none
 * @param check the first of its checks; null if it has none
 */
record Registration(
    String name,
    String owner,
    String port,
    List<String> tags,
    Map<String, String> meta,
    NomadJob.@Nullable Check check) {

  Registration {
    tags = List.copyOf(tags);
    meta = Map.copyOf(meta);
  }

  /** All of the group, its own and its tasks', but those that Nomad does not put into Consul. */
  static List<Registration> of(NomadJob job, NomadJob.Group group) {
    List<Registration> all = new ArrayList<>();
    add(all, group.services(), "group-" + group.name(), Interpolation.of(job, group, null));
    for (NomadJob.Task task : NomadJob.orEmpty(group.tasks())) {
      String owner = task.name() == null ? "" : task.name();
      add(all, task.services(), owner, Interpolation.of(job, group, task));
    }
    return all;
  }

  /** Whether requests from outside may reach it. */
  boolean isPublic() {
    return tags.contains(Instance.PUBLIC);
  }

  /** Whether it says that a gateway may scale that group for it. */
  boolean names(JobGroup group) {
    return group.equals(JobGroup.of(List.of(meta)));
  }

  /** The instance that Nomad registers for that allocation. */
  Instance instance(NomadAllocation allocation, NomadAllocation.Port at) {
    return new Instance(
        "_nomad-task-" + allocation.id() + "-" + owner + "-" + name + "-" + port,
        name,
        allocation.node() == null ? "" : allocation.node(),
        at.host(),
        at.value(),
        1,
        tags,
        meta);
  }

  private static void add(
      List<Registration> all,
      @Nullable List<NomadJob.Service> services,
      String owner,
      Interpolation variables) {
    for (NomadJob.Service service : NomadJob.orEmpty(services)) {
      boolean inConsul =
          service.provider() == null
              || service.provider().isEmpty()
              || service.provider().equals("consul");
      if (inConsul) {
        List<NomadJob.Check> checks = NomadJob.orEmpty(service.checks());
        all.add(
            new Registration(
                variables.fill(service.name()),
                owner,
                filled(service.port(), variables),
                variables.fill(service.tags()),
                variables.fill(service.meta()),
                checks.isEmpty() ? null : filled(checks.getFirst(), variables)));
      }
    }
  }

  private static NomadJob.Check filled(NomadJob.Check check, Interpolation variables) {
    return new NomadJob.Check(
        filled(check.type(), variables),
        filled(check.protocol(), variables),
        filled(check.port(), variables),
        filled(check.path(), variables));
  }

  private static String filled(@Nullable String text, Interpolation variables) {
    return text == null ? "" : variables.fill(text);
  }
}
