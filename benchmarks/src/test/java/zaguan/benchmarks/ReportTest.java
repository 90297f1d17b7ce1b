package zaguan.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReportTest {

  @Test
  void theMedianOfAnEvenNumberIsBetweenTheMiddleTwo() {
    assertThat(Figures.median(List.of(4.0, 1.0, 3.0, 2.0))).isEqualTo(2.5);
    assertThat(Figures.median(List.of(9.0, 1.0, 3.0))).isEqualTo(3.0);
  }

  @Test
  void anAimThatIsMissedIsSaidToBe() {
    Report report = report();
    assertThat(report.markdown())
        .contains("| CPU a request to HAProxy's | ≤ 1.15 | 2.00 | **not met** |")
        .contains("| throughput to HAProxy's | ≥ 0.60 | 0.80 | met |")
        .contains("| CPU at 500 services to that at one | ≤ 1.10 | 1.05 | met |")
        .contains(
            "A request costs Zaguán 0.20 of what it costs Spring Cloud Gateway, and 0.10 of what it"
                + " costs stock Micronaut; HAProxy 0.10 and 0.05.");
  }

  @Test
  void aSystemThatDoesNotSustainTheRateHasNoLatency() {
    Report report = report();
    assertThat(report.markdown())
        .containsPattern("stock Micronaut @Client \\| 1,000 \\| 400 \\| 400 \\| – \\| – \\|");
    assertThat(report.plot()).startsWith("<svg").endsWith("</svg>\n").contains("not sustained");
  }

  private static Report report() {
    Map<String, Figures> figures = new LinkedHashMap<>();
    figures.put(Systems.HAPROXY, figures(10_000, 20, 1));
    figures.put(Systems.OURS, figures(8_000, 40, 1));
    figures.put(Systems.SPRING, figures(4_000, 200, 1));
    figures.put(Systems.STOCK, figures(1_000, 400, 0.3));
    return new Report(figures, figures(0, 0, 1), 4_000, 40, 42, 400);
  }

  private static Figures figures(double throughput, double cpu, double sustained) {
    Figures figures = new Figures();
    figures.throughput.add(throughput);
    figures.cpu.add(cpu);
    figures.cpuPaced.add(cpu);
    figures.p50.add(cpu + 1_000);
    figures.p99.add(cpu + 2_000);
    figures.memory.add(100.0);
    figures.sustained.add(sustained);
    return figures;
  }
}
