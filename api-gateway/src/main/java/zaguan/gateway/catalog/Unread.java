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
import zaguan.gateway.consul.UnreadableException;
import zaguan.gateway.logging.Printable;

/**
 * The services that could not be read while Consul answered for others. Each concerns itself alone:
 * it is asked for again at once, and after a few failures in a row only seldom. One thread.
 */
final class Unread {

  private static final int AT_ONCE = 3;
  private static final Duration PAUSE = Duration.ofMinutes(1);

  /**
   * @param next when it is to be asked for again; null for with all others only
   */
  private record Trouble(String reason, int failures, @Nullable Instant next) {

    /** A connection that broke once is none. */
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
   * Whether it is not to be asked for at this moment, unless all are.
   *
   * @param changed whether something of it did, as Consul says
   */
  boolean rests(String service, boolean changed, Instant now) {
    Trouble trouble = byService.get(service);
    return trouble != null && (trouble.next() == null ? !changed : trouble.next().isAfter(now));
  }

  /** Those that failed so seldom that they are worth another try at once. */
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

  /** When all are to be read for the sake of one, at the latest; null if there is none. */
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
