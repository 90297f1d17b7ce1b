package zaguan.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class H2loadTest {

  private static final String OUTPUT =
      """
      finished in 6.00s, 8554.60 req/s, 1.72MB/s
      requests: 110 total, 112 started, 110 done, 105 succeeded, 5 failed, 2 errored, 0 timeout
      status codes: 100 2xx, 1 3xx, 2 4xx, 2 5xx
      traffic: 1.72MB (1803886) total
      """;

  @Test
  void onlyGoodStatusesAreAnswers() throws IOException {
    H2load.Outcome outcome = H2load.outcome(OUTPUT, 5, List.of());
    assertThat(outcome.answers()).isEqualTo(100);
    assertThat(outcome.others()).isEqualTo(12);
    assertThat(outcome.perSecond()).isEqualTo(20);
  }

  @Test
  void percentilesAreByRank() throws IOException {
    H2load.Outcome outcome =
        H2load.outcome(OUTPUT, 5, List.of(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L));
    assertThat(outcome.percentile(0.5)).isEqualTo(5);
    assertThat(outcome.percentile(0.99)).isEqualTo(10);
  }

  @Test
  void outputThatIsNotUnderstoodIsShown() {
    assertThatThrownBy(() -> H2load.outcome("unknown option", 5, List.of()))
        .hasMessageContaining("unknown option");
  }
}
