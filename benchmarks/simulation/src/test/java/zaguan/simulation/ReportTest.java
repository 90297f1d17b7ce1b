package zaguan.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;

class ReportTest {

  @Test
  void theCommittedReportIsWhatTheCodeDoesNow() {
    SoftAssertions.assertSoftly(
        softly ->
            new Report()
                .files()
                .forEach(
                    (name, text) ->
                        softly
                            .assertThat(committed(name))
                            .as(
                                "%s: the balancing does something else than when it was written."
                                    + " benchmarks/simulation/run writes it anew; commit it if"
                                    + " the change is meant",
                                name)
                            .isEqualTo(text)));
  }

  @Test
  void theSameSeedGivesTheSame() {
    for (Scenario scenario : Scenario.values()) {
      Result one = Result.of(scenario, Size.PAIR, Strategy.OURS);
      Result other = Result.of(scenario, Size.PAIR, Strategy.OURS);
      assertThat(one.p99s()).isEqualTo(other.p99s());
      assertThat(one.sum().requests()).isEqualTo(other.sum().requests());
    }
  }

  private static String committed(String name) {
    try {
      return Files.readString(Path.of(name));
    } catch (IOException e) {
      return e.toString();
    }
  }
}
