package zaguan.gateway.routing;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import zaguan.discovery.balancing.Upstream;
import zaguan.discovery.catalog.Service;
import zaguan.gateway.catalog.JobGroup;
import zaguan.gateway.catalog.Snapshot;

/**
 * The routes by which services are called by their names and to which no prefix leads. A service
 * that can be woken has such a route from the beginning, since somebody must know for how long
 * nobody has called it. Another gets its route with its first call: most of thousands are called by
 * nobody. One thread follows the catalog; any thread may ask, and waits for no more than one
 * service's instances to be taken over.
 */
final class NamedRoutes {

  /** One service. Its route follows the catalog, whoever sees a change first. */
  private final class Named {

    private final Upstream upstream;

    @GuardedBy("this")
    private @Nullable Service seen;

    private volatile @Nullable Route route;
    private volatile List<String> problems = List.of();

    Named(Upstream upstream) {
      this.upstream = upstream;
    }

    /** By the latest snapshot; null if it has no such service. */
    synchronized @Nullable Route follow() {
      Service now = snapshot.service(upstream.service());
      if (now == null) {
        route = null;
      } else if (!now.equals(seen)) {
        List<String> wrong = new ArrayList<>();
        ServiceSettings settings = defaults.with(now.name(), now.metas(), wrong);
        upstream.limit(settings.maxConcurrency());
        upstream.replaceInstances(now.instances(), settings.warmUp().toNanos());
        JobGroup group = JobGroup.of(now.metas());
        route = new Route("", now.name(), now.instances(), settings, false, upstream, group);
        problems = wrong;
      }
      seen = now;
      return route;
    }
  }

  private final ServiceSettings defaults;
  private final Function<String, Upstream> upstreams;
  private final ConcurrentMap<String, Named> known = new ConcurrentHashMap<>();
  private volatile Snapshot snapshot = Snapshot.NOT_LOADED;

  /**
   * @param upstreams makes one for the service of that name
   */
  NamedRoutes(ServiceSettings defaults, Function<String, Upstream> upstreams) {
    this.defaults = defaults;
    this.upstreams = upstreams;
  }

  void follow(Snapshot now) {
    snapshot = now;
    for (Service service : now.services().values()) {
      if (!service.isPublic() && JobGroup.of(service.metas()) != null) {
        named(service.name());
      }
    }
    for (Named each : known.values()) {
      if (each.follow() == null) {
        known.remove(each.upstream.service());
        each.upstream.end();
      }
    }
  }

  /** The route by which a service is called; null if the catalog does not have the service. */
  @Nullable Route to(String service) {
    return snapshot.service(service) == null ? null : named(service).follow();
  }

  /** Whether the service has a healthy instance, public or not. */
  boolean hasInstance(String service) {
    Service now = snapshot.service(service);
    return now != null && !now.instances().isEmpty();
  }

  /** As far as they are there: {@link #to} has made them, or the service can be woken. */
  List<Route> all() {
    List<Route> all = new ArrayList<>();
    for (Named each : known.values()) {
      Route route = each.route;
      if (route != null) {
        all.add(route);
      }
    }
    return all;
  }

  /** The same, of one service; null if it is not there. */
  @Nullable Route known(String service) {
    Named named = known.get(service);
    return named == null ? null : named.route;
  }

  /** What is wrong with what these services say, a sentence each, for people. */
  List<String> problems() {
    return known.values().stream().flatMap(each -> each.problems.stream()).sorted().toList();
  }

  private Named named(String service) {
    return known.computeIfAbsent(service, name -> new Named(upstreams.apply(name)));
  }
}
