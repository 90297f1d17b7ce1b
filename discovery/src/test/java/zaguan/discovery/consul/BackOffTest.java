package zaguan.discovery.consul;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BackOffTest {

  private final BackOff backOff = new BackOff(new Random(3));

  @Test
  void pausesGrowToABoundOfTwoSeconds() {
    long[] longest = IntStream.range(0, 8).mapToLong(this::longestPauseAfter).toArray();
    assertThat(longest[0]).isBetween(50L, 100L);
    assertThat(longest[2]).isBetween(200L, 400L);
    assertThat(longest[7]).isBetween(1_000L, 2_000L);
  }

  @Test
  void noPauseIsNothing() {
    assertThat(IntStream.range(0, 1_000).mapToObj(i -> backOff.afterFailure()))
        .allMatch(pause -> pause.compareTo(Duration.ZERO) > 0);
  }

  private long longestPauseAfter(int failures) {
    return IntStream.range(0, 100)
        .mapToLong(
            i -> {
              backOff.afterSuccess();
              for (int n = 0; n < failures; n++) {
                backOff.afterFailure();
              }
              return backOff.afterFailure().toMillis();
            })
        .max()
        .orElseThrow();
  }
}
