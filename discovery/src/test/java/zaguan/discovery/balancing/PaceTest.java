package zaguan.discovery.balancing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;

class PaceTest {

  private static final long SECOND = 1_000_000_000;

  /** Soon 0: {@code nanoTime} may be less. */
  private long now = -40 * SECOND;

  @Test
  void aByteNowAndThenIsTooSlowAfterHalfAMinute() {
    assertThat(endsAfter(600, second -> second % 10 == 0 ? 1 : 0)).isBetween(30, 32);
  }

  @Test
  void whoSendsAsFastAsHeMustIsNeverTooSlow() {
    assertThat(endsAfter(36_000, second -> 100)).isEqualTo(36_000);
  }

  @Test
  void whoSendsALittleSlowerFallsBehind() {
    assertThat(endsAfter(3600, second -> 90)).isBetween(290, 310);
  }

  @Test
  void aPauseOfSomeSecondsIsNotTooSlow() {
    assertThat(endsAfter(3600, second -> second % 30 < 25 ? 0 : 5000)).isEqualTo(3600);
  }

  @Test
  void whatCameSoonerAtTheBeginningGivesNoMoreTimeLater() {
    assertThat(endsAfter(3600, second -> second < 10 ? 1_000_000 : 0)).isBetween(38, 42);
  }

  @Test
  void whileNothingIsTakenNobodyIsTooSlow() {
    Pace pace = pace();
    for (int i = 0; i < 36_000; i++) {
      now += SECOND / 10;
      assertThat(pace.tooSlow(false, now)).isFalse();
    }
    for (int i = 0; i < 290; i++) {
      now += SECOND / 10;
      assertThat(pace.tooSlow(true, now)).isFalse();
    }
    now += 2 * SECOND;
    assertThat(pace.tooSlow(true, now)).isTrue();
  }

  @Test
  void withoutALeastRateThereIsNoPace() {
    assertThat(Pace.of(0, now)).isNull();
  }

  /** After how many seconds it was too slow; the most if it never was. */
  private int endsAfter(int most, IntUnaryOperator bytesInSecond) {
    Pace pace = pace();
    for (int second = 0; second < most; second++) {
      pace.came(bytesInSecond.applyAsInt(second), now);
      now += SECOND;
      if (pace.tooSlow(true, now)) {
        return second;
      }
    }
    return most;
  }

  private Pace pace() {
    return Objects.requireNonNull(Pace.of(100, now));
  }
}
