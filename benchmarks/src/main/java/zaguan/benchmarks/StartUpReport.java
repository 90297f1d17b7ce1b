package zaguan.benchmarks;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** The table of the starts, and the aims. */
record StartUpReport(Map<String, List<Starter.Start>> starts) {

  String markdown() {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            """
            # How services start

            Written by `benchmarks/start-up` on %s: %s, %d processors, Linux %s, Java %s. Medians of %d starts of each, taken in turns.
            From the start of the process to the first response with status 200, and the CPU until then; then a thousand requests, and `VmRSS`. Compare within the table, not with other machines.

            | | first 200, ms | fastest | slowest | CPU ms | resident MB |
            |---|--:|--:|--:|--:|--:|
            """,
            LocalDate.now(ZoneOffset.UTC),
            System.getProperty("os.arch"),
            Runtime.getRuntime().availableProcessors(),
            System.getProperty("os.version"),
            System.getProperty("java.version"),
            starts.values().stream().mapToInt(List::size).max().orElse(0)));
    starts.forEach(
        (name, its) ->
            text.append(
                String.format(
                    Locale.ROOT,
                    "| %s | %.0f | %.0f | %.0f | %.0f | %.0f |\n",
                    name,
                    millis(name),
                    its.stream().mapToDouble(Starter.Start::millis).min().orElse(Double.NaN),
                    its.stream().mapToDouble(Starter.Start::millis).max().orElse(Double.NaN),
                    cpuMillis(name),
                    megabytes(name))));
    text.append("\n| aim, as a ratio | bound | measured | |\n|---|--:|--:|---|\n");
    double greeter = millis(StartUp.GREETER);
    text.append(
        row(
            "greeter's start to its plain start",
            greeter / millis(StartUp.GREETER_PLAIN),
            1 / 8.0));
    text.append(
        row(
            "greeter's start to Spring Boot's plain start",
            greeter / millis(StartUp.SPRING_PLAIN),
            1 / 6.0));
    text.append(
        row(
            "CPU of the greeter's start with `discovery/` to that without",
            cpuMillis(StartUp.GREETER_WITH) / cpuMillis(StartUp.GREETER),
            1.05));
    text.append(
        row(
            "greeter's memory to that of its plain start",
            megabytes(StartUp.GREETER) / megabytes(StartUp.GREETER_PLAIN),
            1 / 2.0));
    text.append(
        row(
            "gateway's start to its plain start",
            millis(StartUp.GATEWAY) / millis(StartUp.GATEWAY_PLAIN),
            1 / 5.0));
    return text.toString();
  }

  private static String row(String what, double ratio, double bound) {
    return String.format(
        Locale.ROOT,
        "| %s | ≤ %.3f | %.3f | %s |\n",
        what,
        bound,
        ratio,
        ratio <= bound ? "met" : "**not met**");
  }

  private double millis(String name) {
    return Figures.median(its(name).stream().map(Starter.Start::millis).toList());
  }

  private double cpuMillis(String name) {
    return Figures.median(its(name).stream().map(Starter.Start::cpuMillis).toList());
  }

  private double megabytes(String name) {
    return Figures.median(its(name).stream().map(Starter.Start::megabytes).toList());
  }

  private List<Starter.Start> its(String name) {
    return Objects.requireNonNull(starts.get(name), name);
  }
}
