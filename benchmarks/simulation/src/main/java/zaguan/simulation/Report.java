package zaguan.simulation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** All runs, as the files that are committed. */
final class Report {

  private record Run(Scenario scenario, Size size, Strategy strategy) {}

  private final List<Result> results;

  Report() {
    List<Run> runs = new ArrayList<>();
    for (Scenario scenario : Scenario.values()) {
      for (Size size : Size.ALL) {
        for (Strategy strategy : Strategy.values()) {
          runs.add(new Run(scenario, size, strategy));
        }
      }
    }
    // Each is a world of its own, so it does not matter how many run at once.
    results =
        runs.parallelStream()
            .map(run -> Result.of(run.scenario(), run.size(), run.strategy()))
            .toList();
  }

  /** What is in each file, by its name. */
  Map<String, String> files() {
    Map<String, String> files = new LinkedHashMap<>();
    files.put("report.md", text());
    files.put(
        "scenarios.svg",
        Plots.bars(
            "p99 of what was answered: 100 instances, 10 gateways",
            results.stream().filter(result -> result.size().equals(Size.MIDDLE)).toList()));
    for (Scenario scenario :
        List.of(Scenario.ONE_SLOW, Scenario.TENTH_SLOW, Scenario.BURST, Scenario.PARTITION)) {
      files.put(
          file(scenario),
          Plots.lines(
              scenario.title() + ": p99 over time, 100 instances, 10 gateways",
              results.stream()
                  .filter(result -> result.scenario() == scenario)
                  .filter(result -> result.size().equals(Size.MIDDLE))
                  .toList()));
    }
    return files;
  }

  private String text() {
    StringBuilder text = new StringBuilder(introduction());
    for (Scenario scenario : Scenario.values()) {
      text.append("\n## ").append(scenario.title()).append("\n\n");
      text.append(scenario.description()).append("\n\n");
      text.append(
          """
          | instances, gateways | | requests | failed % | shed % | p50 | p99 | p99.9 | share | most in flight | well again |
          |---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|
          """);
      for (Result result : results) {
        if (result.scenario() == scenario) {
          text.append(row(result));
        }
      }
      text.append("\n").append(scenario.finding()).append("\n");
      if (files(scenario)) {
        text.append("\n![%s: p99 over time](%s)\n".formatted(scenario.title(), file(scenario)));
      }
    }
    return text.toString();
  }

  private static boolean files(Scenario scenario) {
    return switch (scenario) {
      case ONE_SLOW, TENTH_SLOW, BURST, PARTITION -> true;
      case STEADY, ONE_FAILING, DEPLOY, SCALE_UP -> false;
    };
  }

  private static String file(Scenario scenario) {
    return scenario.name().toLowerCase(Locale.ROOT).replace('_', '-') + ".svg";
  }

  private static String row(Result result) {
    Latencies latencies = result.sum().latencies;
    boolean first = result.strategy() == Strategy.ROUND_ROBIN;
    return "| "
        + String.join(
            " | ",
            first ? result.size().instances() + ", " + result.size().gateways() : "",
            result.strategy() == Strategy.OURS ? "**ours**" : result.strategy().title(),
            String.format(Locale.ROOT, "%,d", result.sum().requests()),
            Figures.perCent(result.failedPerCent()),
            Figures.perCent(result.shedPerCent()),
            Figures.duration(latencies.quantile(0.5)),
            Figures.duration(latencies.quantile(0.99)),
            Figures.duration(latencies.quantile(0.999)),
            result.share() < 0 ? "" : Figures.times(result.share()),
            String.valueOf(result.mostInFlight()),
            result.recovery() < 0 ? "no" : Figures.seconds(result.recovery()))
        + " |\n";
  }

  private static String introduction() {
    return """
    # Balancing, simulated

    The gateway's own balancing code in virtual time, against model instances. Written by `benchmarks/simulation/run`; a test compares it
    with what the code does now, so a change of behaviour is a diff here. Nothing is measured: the figures are the model's, the same on any machine.

    ![p99 by scenario and strategy](scenarios.svg)

    What it does not show: requests are alike, so that latency tells of the instance and never of the request; instances share no machine, and have no
    garbage collector; the network loses nothing but what is said. The remarks below the tables are by hand.

    ## The model

    - **Instances**: %d workers and a queue without bound; the work of a request is log-normal, median %s, sigma %s, so an instance can
      do %d requests a second. A new one works %s times slower, falling to once within %s. It works on what its caller has given up, too.
    - **Clients**: Poisson, %d %% of the capacity, spread evenly over the gateways; %d %% of the requests may be sent twice.
    - **Network**: %s each way; what cannot be reached takes %s to fail.
    - **Gateways**: each balances by itself, and hears of a change of the catalog 0.2 to 0.5 s later. A request may take 15 s. After a failed
      connection another instance is asked; after 5 s another is asked beside the first, if the request may be sent twice and the retry budget allows.
    - **Ours** is the shipped code with its default settings. **Round robin**, **least in flight** and **two choices** (the one of two drawn with fewer
      requests in flight from this gateway) have the same retries and budget, and nothing else: no latency, no ejection, no warm-up, no limit. So
      the comparison is of the choice, and of the limit where ours sheds.
    - **Seeds**: of the scenario's name, the instances and the gateways; the same for all strategies.

    Latencies are of the requests that were answered, from after the quiet beginning to the end. *Share*: of the requests, what the troubled instances got, 1 being
    their fair share. *Well again*: how long after the beginning of the trouble windows of 100 ms (3 s for 3 instances) stay below twice the p99 of before, and below 1 %% failed
    or shed; *no*: not within the run.
    """
        .formatted(
            Server.WORKERS,
            Figures.duration(Server.MEDIAN),
            Server.SIGMA,
            Math.round(Server.WORKERS * 1e9 / World.serviceTimes(0).mean()),
            Math.round(Server.COLD),
            Figures.duration(Server.WARM_UP),
            Math.round(100 * World.UTILISATION),
            Math.round(100 * World.IDEMPOTENT),
            Figures.duration(Network.HOP),
            Figures.duration(Network.CONNECT_TIMEOUT));
  }
}
