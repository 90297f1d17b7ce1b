package zaguan.gateway.catalog;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import zaguan.discovery.consul.UnreadableException;
import zaguan.discovery.logging.Printable;

/**
 * The services that could not be read while Consul answered for others. Each is asked for again at
 * once, and after a few failures in a row once a minute. One thread.
 */
final class Unread {

  private static final int AT_ONCE = 3;
  private static final Duration PAUSE = Duration.ofMinutes(1);

  /**
   * @param next when it is to be asked for again; null if only when it changes, or with all others
   */
  private record Trouble(String reason, int failures, @Nullable Instant next) {

    /** False for a connection that broke once. */
    boolean lasts() {
      return next == null || failures >= AT_ONCE;
    }
  }

  private final Map<String, Trouble> byService = new TreeMap<>();

  void wasRead(String service) {
    byService.remove(service);
  }

  void failed(String service, IOException why, Instant now) {
    Trouble before = byService.get(service);
    int failures = before == null ? 1 : before.failures() + 1;
    if (why instanceof UnreadableException) {
      byService.put(service, new Trouble(String.valueOf(why.getMessage()), failures, null));
    } else {
      byService.put(
          service,
          new Trouble(
              "Consul does not answer the question for it, but others ("
                  + Printable.of(why.toString(), 200)
                  + ")",
              failures,
              failures < AT_ONCE ? now : now.plus(PAUSE)));
    }
  }

  void retain(Set<String> services) {
    byService.keySet().retainAll(services);
  }

  /**
   * Whether the service is left alone at this moment, unless all services are read.
   *
   * @param changed whether Consul says that something of the service changed
   */
  boolean rests(String service, boolean changed, Instant now) {
    Trouble trouble = byService.get(service);
    return trouble != null && (trouble.next() == null ? !changed : trouble.next().isAfter(now));
  }

  /** The services that failed so seldom that they are worth another try at once. */
  Set<String> toReadAtOnce() {
    Set<String> services = new HashSet<>();
    byService.forEach(
        (service, trouble) -> {
          if (!trouble.lasts()) {
            services.add(service);
          }
        });
    return services;
  }

  /** When one of them is due, so that all are read again; null if none will be. */
  @Nullable Instant next() {
    return byService.values().stream()
        .filter(trouble -> trouble.next() != null && trouble.lasts())
        .map(Trouble::next)
        .min(Instant::compareTo)
        .orElse(null);
  }

  /**
   * A sentence for each.
   *
   * @param known whether something is known of a service, which stays then
   */
  List<String> problems(Predicate<String> known) {
    List<String> problems = new ArrayList<>();
    byService.forEach(
        (service, trouble) -> {
          if (trouble.lasts()) {
            problems.add(
                Printable.name(service)
                    + (known.test(service) ? " stays as it was read last: " : " is left out: ")
                    + trouble.reason());
          }
        });
    return problems;
  }
}
