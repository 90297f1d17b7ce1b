package zaguan.gateway.scaling;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import zaguan.gateway.catalog.JobGroup;
import zaguan.gateway.nomad.NomadJob;
import zaguan.gateway.routing.Route;
import zaguan.gateway.routing.ServiceSettings;

/** Which services have to be idle before a group may be scaled to zero, by Nomad's own record. */
sealed interface Sleepers {

  /**
   * All services of the group that are public, or name the group as theirs.
   *
   * @param window for how long: the longest that one of them asks for
   */
  record All(List<Route> services, Duration window) implements Sleepers {

    public All {
      services = List.copyOf(services);
    }
  }

  /**
   * The group does not sleep.
   *
   * @param reason a sentence, for people
   */
  record None(String reason) implements Sleepers {}

  /**
   * @param said the group that a service names, which may not run it
   * @param routes those that lead to a service, by service
   * @param defaults what holds for services that say nothing
   */
  static Sleepers of(
      NomadJob job,
      NomadJob.Group group,
      JobGroup said,
      Map<String, Route> routes,
      ServiceSettings defaults) {
    if (!job.isService()) {
      return new None("it is of type " + job.type() + ".");
    }
    if (!group.mayBeScaled()) {
      return new None("its scaling block says enabled = false.");
    }
    if (group.least() > 0) {
      return new None("its scaling block says min = " + group.least() + ".");
    }
    List<Route> services = new ArrayList<>();
    Duration longest = Duration.ZERO;
    for (Registration registration : Registration.of(job, group)) {
      if (!registration.isPublic() && !registration.names(said)) {
        continue; // It says nothing of sleep, and its calls do not count.
      }
      Route route = routes.get(registration.name());
      if (route == null) {
        return new None(
            registration.isPublic()
                ? "its public service " + registration.name() + " is not served here."
                : "its service " + registration.name() + " is not registered.");
      }
      Duration window = window(registration, route, said, defaults);
      if (window == null) {
        return new None("its service " + registration.name() + " does not ask for it.");
      }
      services.add(route);
      longest = window.compareTo(longest) > 0 ? window : longest;
    }
    return services.isEmpty()
        ? new None(
            "its group " + said.group() + " runs no service that is public or names the group.")
        : new All(services, longest);
  }

  /** The longer of what its job says and what its instances say; null for never. */
  private static @Nullable Duration window(
      Registration registration, Route route, JobGroup said, ServiceSettings defaults) {
    Duration ofJob =
        defaults
            .with(registration.name(), List.of(registration.meta()), new ArrayList<>())
            .sleepAfter();
    Duration ofInstances = route.settings().sleepAfter();
    if (!registration.names(said) || ofJob.isZero() || ofInstances.isZero()) {
      return null;
    }
    return ofJob.compareTo(ofInstances) > 0 ? ofJob : ofInstances;
  }
}
