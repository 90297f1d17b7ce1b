package zaguan.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What a run came to, of the requests that came after the quiet.
 *
 * @param share of the requests at the affected servers, in relation to their fair share; negative
 *     if there are none
 * @param mostInFlight at one server
 * @param recovery nanoseconds until windows stayed below twice the p99 of the quiet and below 1 %
 *     of requests failed or shed, -1 if they did not
 * @param p99s of all windows, the quiet ones too
 */
record Result(
    Scenario scenario,
    Size size,
    Strategy strategy,
    Tally.Window sum,
    double share,
    int mostInFlight,
    long recovery,
    List<Long> p99s) {

  /** Each scenario and size has its own seed, which all strategies share. */
  static Result of(Scenario scenario, Size size, Strategy strategy) {
    long seed = seed(scenario, size);
    World world = new World(size, scenario.instances(size), strategy, seed);
    scenario.play(world);
    Tally tally = world.run();
    int first = Math.toIntExact((size.troubleAt() - Size.SETTLING) / size.windowNanos());
    int last = Math.toIntExact((size.end() - Size.SETTLING) / size.windowNanos());
    List<Long> p99s = new ArrayList<>();
    for (Tally.Window window : tally.windows()) {
      p99s.add(window.latencies.quantile(0.99));
    }
    long limit = 2 * tally.sum(0, first).latencies.quantile(0.99);
    int bad = first - 1;
    for (int i = first; i < last; i++) {
      Tally.Window window = tally.windows().get(i);
      if (p99s.get(i) >= limit || window.failed + window.shed > window.requests() / 100) {
        bad = i;
      }
    }
    return new Result(
        scenario,
        size,
        strategy,
        tally.sum(first, last),
        share(world),
        world.all().stream().mapToInt(Server::mostInFlight).max().orElse(0),
        bad == last - 1 ? -1 : (bad + 1 - first) * size.windowNanos(),
        p99s);
  }

  static long seed(Scenario scenario, Size size) {
    return scenario.name().hashCode() + 100L * size.instances() + size.gateways();
  }

  long p99() {
    return sum.latencies.quantile(0.99);
  }

  double failedPerCent() {
    return 100.0 * sum.failed / sum.requests();
  }

  double shedPerCent() {
    return 100.0 * sum.shed / sum.requests();
  }

  private static double share(World world) {
    Set<Server> affected = Set.copyOf(world.affected());
    if (affected.isEmpty()) {
      return -1;
    }
    double all = 0;
    double theirs = 0;
    for (Server server : world.all()) {
      all += server.asked();
      theirs += affected.contains(server) ? server.asked() : 0;
    }
    return theirs / all * world.all().size() / affected.size();
  }
}
