package zaguan.gateway.routing;

import java.util.List;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import zaguan.discovery.catalog.Service;
import zaguan.discovery.logging.Printable;

/** The prefix that a service asks for. */
final class Prefix {

  private static final String ROUTE = "route";

  /** Segments of unreserved characters (RFC 3986), none of them dots only. */
  private static final Pattern SEGMENTS = Pattern.compile("(/(?!\\.{1,2}(/|$))[A-Za-z0-9._~-]+)+");

  /** Bounded, since each request is compared with as many segments as the longest prefix has. */
  private static final int LONGEST = 255;

  /** The gateway's own pages. */
  private static final String OWN = "/-";

  private Prefix() {}

  static boolean isPrefix(String path) {
    return path.length() <= LONGEST
        && SEGMENTS.matcher(path).matches()
        && !path.equals(OWN)
        && !path.startsWith(OWN + "/");
  }

  /**
   * The prefix that the service's meta says, else its name.
   *
   * @param has whether the service has a prefix already; it keeps that if its instances disagree
   * @param problems gets a sentence for what is wrong
   * @return null if no request could reach it
   */
  static @Nullable String of(Service service, Predicate<String> has, List<String> problems) {
    String name = Printable.name(service.name());
    String own = ofName(service.name());
    TreeSet<String> wanted = new TreeSet<>();
    service.metas().stream()
        .map(meta -> meta.get(ROUTE))
        .filter(route -> route != null)
        .forEach(wanted::add);
    if (wanted.isEmpty()) {
      if (own == null) {
        problems.add(
            name
                + " is not served: no path leads to a service of this name. It needs a route in its"
                + " meta, like /orders, or a name of at most 254 letters, digits and . _ ~ -");
      }
      return own;
    }
    String route = wanted.stream().filter(has).findFirst().orElse(wanted.first());
    if (wanted.size() > 1) {
      problems.add(name + ": its instances disagree on route, " + wanted + "; it is " + route);
    }
    if (isPrefix(route)) {
      return route;
    }
    problems.add(
        name
            + ": route=\""
            + Printable.name(route)
            + "\" is no prefix; it must be like /orders or /shop/orders, and not "
            + OWN
            + (own == null
                ? ". It is not served: no path leads to a service of its name either"
                : ". It is served at " + own));
    return own;
  }

  /** One segment; a name with a slash would be below another service. */
  private static @Nullable String ofName(String name) {
    String prefix = "/" + name;
    return !name.contains("/") && isPrefix(prefix) ? prefix : null;
  }
}
