package zaguan.benchmarks;

import static zaguan.benchmarks.Figures.median;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** The table of the calls, and the aim. */
record CallsReport(Map<String, Calls.Costs> costs, int rounds, int calls, long seconds) {

  String markdown() {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            """
            # Cost of a call between services

            Written by `benchmarks/run calls` on %s, in %d s: %s, %d processors, Linux %s, Java %s. Medians of %d rounds of %,d calls each, taken in turns; 32 calls at once, bodies of 1 KB.
            All share the processors: the greeters, Consul and the callers. So compare within the table, not with other machines.

            | caller | CPU µs a call | of Consul's agent | together | calls/s |
            |---|--:|--:|--:|--:|
            """,
            LocalDate.now(ZoneOffset.UTC),
            seconds,
            System.getProperty("os.arch"),
            Runtime.getRuntime().availableProcessors(),
            System.getProperty("os.version"),
            System.getProperty("java.version"),
            rounds,
            calls));
    costs.forEach(
        (name, its) ->
            text.append(
                String.format(
                    Locale.ROOT,
                    "| %s | %.0f | %.0f | %.0f | %,.0f |\n",
                    name.equals(Calls.OURS) ? "**" + name + "**" : name,
                    median(its.caller),
                    median(its.consul),
                    median(its.together),
                    median(its.perSecond))));
    text.append("\nNo call failed.\n");
    text.append("\n| aim, as a ratio | bound | measured | |\n|---|--:|--:|---|\n");
    Calls.Costs ours = of(Calls.OURS);
    Calls.Costs stock = of(Calls.STOCK);
    text.append(
        row(
            "CPU a call, with Consul's, to stock Micronaut's",
            median(ours.together) / median(stock.together)));
    text.append(
        row(
            "CPU a call of the caller alone to stock Micronaut's",
            median(ours.caller) / median(stock.caller)));
    Calls.Costs addresses = of(Calls.ADDRESSES);
    text.append(
        String.format(
            Locale.ROOT,
            "\nMicronaut's client that needs no discovery costs %.2f of what stock Micronaut's"
                + " caller costs, and a caller with `discovery/` %.2f of that client.\n",
            median(addresses.caller) / median(stock.caller),
            median(ours.caller) / median(addresses.caller)));
    return text.toString();
  }

  private static String row(String what, double ratio) {
    double bound = 0.1;
    return String.format(
        Locale.ROOT,
        "| %s | ≤ %.2f | %.2f | %s |\n",
        what,
        bound,
        ratio,
        ratio <= bound ? "met" : "**not met**");
  }

  private Calls.Costs of(String name) {
    return Objects.requireNonNull(costs.get(name), name);
  }
}
