package zaguan.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CallsReportTest {

  @Test
  void whatConsulsAgentDoesForACallIsAPartOfTheCall() {
    Map<String, Calls.Costs> costs = new LinkedHashMap<>();
    costs.put(Calls.OURS, costs(90, 1));
    costs.put(Calls.STOCK, costs(500, 600));
    costs.put(Calls.ADDRESSES, costs(80, 1));
    assertThat(new CallsReport(costs, 3, 10_000, 60).markdown())
        .contains("| **" + Calls.OURS + "** | 90 | 1 | 91 | 1,000 |")
        .contains("| " + Calls.STOCK + " | 500 | 600 | 1100 | 1,000 |")
        .contains("| CPU a call, with Consul's, to stock Micronaut's | ≤ 0.10 | 0.08 | met |")
        .contains(
            "| CPU a call of the caller alone to stock Micronaut's | ≤ 0.10 | 0.18 | **not met** |")
        .contains("costs 0.16 of what stock Micronaut's caller costs")
        .contains("1.13 of that client");
  }

  private static Calls.Costs costs(double caller, double consul) {
    Calls.Costs costs = new Calls.Costs();
    List.of(caller - 1, caller, caller + 50).forEach(costs.caller::add);
    costs.consul.add(consul);
    costs.together.add(caller + consul);
    costs.perSecond.add(1_000.0);
    return costs;
  }
}
