package zaguan.discovery.catalog;

import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import zaguan.discovery.consul.ConsulCatalog;
import zaguan.discovery.consul.HealthEntries;
import zaguan.discovery.consul.HealthEntry;
import zaguan.discovery.consul.UnreadableException;
import zaguan.discovery.logging.Printable;

/**
 * Reads one service of Consul. An instance that cannot be understood or reached is left out, and
 * the service says so.
 */
public final class ServiceReader {

  private static final Pattern HOST_NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,252}");
  private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:.]{2,45}");

  /** Of one service; what is wrong with one instance may be wrong with thousands. */
  private static final int MOST_PROBLEMS = 10;

  private final ConsulCatalog consul;

  public ServiceReader(ConsulCatalog consul) {
    this.consul = consul;
  }

  /**
   * The service as it is now.
   *
   * @param listed its tags, as Consul's list of services has them
   * @throws UnreadableException if the fault is the service's
   */
  public Service read(String name, List<String> listed) throws IOException, InterruptedException {
    return service(name, listed, consul.entries(name));
  }

  /**
   * The service as these entries say.
   *
   * @param listed its tags, as Consul's list of services has them
   */
  static Service service(String name, List<String> listed, HealthEntries entries) {
    List<String> problems = new ArrayList<>();
    if (entries.others() > 0) {
      problems.add(
          Printable.name(name)
              + ": of what Consul lists as its instances, "
              + entries.others()
              + " cannot be understood, and get no request");
    }
    Set<String> tags = new HashSet<>();
    List<Instance> instances = new ArrayList<>();
    List<Unasked> unasked = new ArrayList<>();
    long since = Long.MAX_VALUE;
    int unreachables = 0;
    for (HealthEntry entry : entries.understood()) {
      // Consul takes Greeter and greeter for one name here, and nowhere else.
      if (!entry.service().name().equals(name) || !entry.isTypical()) {
        continue;
      }
      tags.addAll(entry.tags());
      boolean isPublic = entry.tags().contains(Instance.PUBLIC);
      if (isPublic) {
        since = Math.min(since, entry.service().createIndex());
      }
      String unreachable = unreachable(entry);
      if (unreachable == null && entry.isHealthy()) {
        instances.add(instance(entry));
      } else {
        unasked.add(new Unasked(entry.service().id(), entry.node().name(), isPublic, entry.meta()));
      }
      if (unreachable != null && isPublic && ++unreachables <= MOST_PROBLEMS) {
        problems.add(problem(name, entry, unreachable));
      }
    }
    if (unreachables > MOST_PROBLEMS) {
      problems.add(
          Printable.name(name)
              + ": "
              + (unreachables - MOST_PROBLEMS)
              + " more of its instances get no request, for like reasons");
    }
    if (!problems.isEmpty()) {
      tags.addAll(listed); // Among them those of an instance that cannot be read.
    }
    return new Service(
        name,
        tags,
        instances.stream().sorted(Instance.ORDER).toList(),
        Map.of(),
        unasked.stream()
            .sorted(Comparator.comparing(Unasked::id).thenComparing(Unasked::node))
            .toList(),
        since == Long.MAX_VALUE ? 0 : since,
        problems);
  }

  private static Instance instance(HealthEntry entry) {
    return new Instance(
        entry.service().id(),
        entry.service().name(),
        entry.node().name(),
        entry.host(),
        entry.service().port(),
        entry.weight(),
        entry.tags(),
        entry.meta());
  }

  /** Why no request can be sent there, as the end of a sentence; null if one can. */
  private static @Nullable String unreachable(HealthEntry entry) {
    String host = entry.host();
    if (entry.service().port() < 1 || entry.service().port() > 65_535) {
      return "its port is " + entry.service().port();
    }
    if (host.isEmpty()) {
      return "it has no address";
    }
    return isHost(host) ? null : "\"" + Printable.name(host) + "\" is no address to be asked";
  }

  /** A name or an address; not one that means every address of this machine. */
  private static boolean isHost(String host) {
    if (!host.contains(":")) {
      return HOST_NAME.matcher(host).matches() && !host.equals("0.0.0.0");
    }
    try {
      return IPV6.matcher(host).matches() && !InetAddress.ofLiteral(host).isAnyLocalAddress();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static String problem(String name, HealthEntry entry, String reason) {
    return Printable.name(name)
        + ": its instance "
        + Printable.name(entry.service().id())
        + " on "
        + Printable.name(entry.node().name())
        + " gets no request: "
        + reason;
  }
}
