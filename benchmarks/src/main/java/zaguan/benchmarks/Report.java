package zaguan.benchmarks;

import static zaguan.benchmarks.Figures.median;
import static zaguan.benchmarks.Systems.HAPROXY;
import static zaguan.benchmarks.Systems.OURS;
import static zaguan.benchmarks.Systems.SPRING;
import static zaguan.benchmarks.Systems.STOCK;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;

/** The table, the aims, and the picture. */
record Report(
    Map<String, Figures> figures,
    Figures direct,
    double rate,
    double oneService,
    double manyServices,
    long seconds) {

  /** An aim: a ratio and its bound. */
  private record Aim(String what, double ratio, boolean atMost, double bound) {

    boolean met() {
      return atMost ? ratio <= bound : ratio >= bound;
    }

    String row() {
      return String.format(
          Locale.ROOT,
          "| %s | %s %.2f | %.2f | %s |\n",
          what,
          atMost ? "≤" : "≥",
          bound,
          ratio,
          met() ? "met" : "**not met**");
    }
  }

  String markdown() {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            """
            # Cost of a request

            Written by `benchmarks/run` on %s, in %d s: %s, %d processors, Linux %s, Java %s. Medians of 3 rounds, taken in turns; 32 connections, bodies of 1 KB.
            All share the processors: the greeters, the load and what is measured. So compare within the table, not with other machines.

            ![The table as a picture](results.svg)

            | | requests/s at saturation | CPU µs a request | CPU µs at %.0f/s | p50 added, ms | p99 added, ms | resident MB |
            |---|--:|--:|--:|--:|--:|--:|
            """,
            LocalDate.now(ZoneOffset.UTC),
            seconds,
            System.getProperty("os.arch"),
            Runtime.getRuntime().availableProcessors(),
            System.getProperty("os.version"),
            System.getProperty("java.version"),
            rate));
    figures.forEach(
        (name, its) ->
            text.append(
                String.format(
                    Locale.ROOT,
                    "| %s | %,.0f | %.0f | %.0f | %s | %s | %.0f |\n",
                    name.equals(OURS) ? "**" + name + "**" : name,
                    median(its.throughput),
                    median(its.cpu),
                    median(its.cpuPaced),
                    added(its, its.p50, direct.p50),
                    added(its, its.p99, direct.p99),
                    median(its.memory))));
    text.append(
        String.format(
            Locale.ROOT,
            "\n"
                + "*Added* is to a greeter asked directly at the same rate, %.0f a second, half of"
                + " what the slower of %s and %s can: p50 %.2f ms, p99 %.2f ms. \"–\" is a system"
                + " that does not sustain that rate.\n",
            rate,
            HAPROXY,
            OURS,
            median(direct.p50) / 1000,
            median(direct.p99) / 1000));
    long others = figures.values().stream().mapToLong(each -> each.others).sum();
    text.append(
        others == 0
            ? "No request failed.\n"
            : "Requests that got no 2xx: "
                + figures.entrySet().stream()
                    .map(each -> each.getKey() + " " + each.getValue().others)
                    .toList()
                + ".\n");
    text.append(
        String.format(
            Locale.ROOT,
            "With 500 services of 4 instances instead of one service, a request costs %s %.0f µs"
                + " instead of %.0f µs.\n\n",
            OURS,
            manyServices,
            oneService));
    text.append("| aim, as a ratio | bound | measured | |\n|---|--:|--:|---|\n");
    aims().forEach(aim -> text.append(aim.row()));
    double haproxy = median(of(HAPROXY).cpu);
    double ours = median(of(OURS).cpu);
    text.append(
        String.format(
            Locale.ROOT,
            "\nA request costs %s %.2f of what it costs Spring Cloud Gateway, and %.2f of what it"
                + " costs stock Micronaut; HAProxy %.2f and %.2f.\n",
            OURS,
            ours / median(of(SPRING).cpu),
            ours / median(of(STOCK).cpu),
            haproxy / median(of(SPRING).cpu),
            haproxy / median(of(STOCK).cpu)));
    return text.toString();
  }

  String plot() {
    List<Plot.Chart> charts = new ArrayList<>();
    charts.add(chart("CPU µs a request", its -> median(its.cpu)));
    charts.add(chart("requests/s at saturation", its -> median(its.throughput)));
    charts.add(
        chart(
            String.format(Locale.ROOT, "p99 in ms at %.0f requests/s", rate),
            its -> sustains(its) ? median(its.p99) / 1000 : Double.NaN));
    charts.add(chart("resident MB", its -> median(its.memory)));
    return Plot.of("The gateway beside its peers", charts);
  }

  private List<Aim> aims() {
    Figures ours = of(OURS);
    Figures haproxy = of(HAPROXY);
    return List.of(
        new Aim("CPU a request to HAProxy's", median(ours.cpu) / median(haproxy.cpu), true, 1.15),
        new Aim(
            "throughput to HAProxy's",
            median(ours.throughput) / median(haproxy.throughput),
            false,
            0.6),
        new Aim(
            "p99 added at half load to HAProxy's",
            (median(ours.p99) - median(direct.p99)) / (median(haproxy.p99) - median(direct.p99)),
            true,
            2),
        new Aim("CPU at 500 services to that at one", manyServices / oneService, true, 1.1));
  }

  private Plot.Chart chart(String title, ToDoubleFunction<Figures> figure) {
    List<Plot.Bar> bars = new ArrayList<>();
    figures.forEach((name, its) -> bars.add(new Plot.Bar(name, figure.applyAsDouble(its))));
    return new Plot.Chart(title, bars);
  }

  private Figures of(String name) {
    return Objects.requireNonNull(figures.get(name), name);
  }

  private static boolean sustains(Figures its) {
    return median(its.sustained) > 0.97;
  }

  private static String added(Figures its, List<Double> mine, List<Double> direct) {
    return sustains(its)
        ? String.format(Locale.ROOT, "%.2f", (median(mine) - median(direct)) / 1000)
        : "–";
  }
}
