package zaguan.discovery.balancing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static zaguan.discovery.balancing.Scene.MILLISECOND;
import static zaguan.discovery.balancing.Scene.SECOND;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LatencyTest {

  private final Latency latency = new Latency();
  private long now;

  @Test
  void whoHasNotAnsweredIsUnknown() {
    assertThat(latency.at(now)).isEqualTo(Latency.UNKNOWN);
  }

  @Test
  void theFirstAnswerIsTheAverage() {
    answered(7 * MILLISECOND);
    assertThat(latency.at(now)).isEqualTo(7 * MILLISECOND);
  }

  @Test
  void silenceCountsWhileItLasts() {
    answered(MILLISECOND);
    latency.asked(now);
    now += 300 * MILLISECOND;
    assertThat(latency.at(now)).isEqualTo(300 * MILLISECOND);
  }

  @Test
  void silenceBeginsAnewWithEachAnswer() {
    latency.asked(now);
    latency.asked(now);
    now += 100 * MILLISECOND;
    latency.answered(now, MILLISECOND);
    now += 10 * MILLISECOND;
    assertThat(latency.at(now)).isLessThan(11 * MILLISECOND);
  }

  @Test
  void oneLongAnswerAmongManyShortOnesIsForgiven() {
    for (int i = 0; i < 1000; i++) {
      answered(MILLISECOND);
    }
    latency.asked(now);
    latency.asked(now);
    now += MILLISECOND;
    latency.answered(now, 200 * MILLISECOND);
    assertThat(latency.at(now)).isLessThan(5 * MILLISECOND);
  }

  @Test
  void itRisesFasterThanItFalls() {
    answered(10 * MILLISECOND);
    for (int i = 0; i < 10; i++) {
      answered(100 * MILLISECOND);
    }
    // After 1 s each.
    assertThat(latency.at(now)).isCloseTo(67e6, within(1e6));
    for (int i = 0; i < 1000; i++) {
      answered(MILLISECOND);
    }
    assertThat(latency.at(now)).isCloseTo(41e6, within(1e6));
  }

  @Test
  void withoutSamplesItFades() {
    answered(SECOND);
    now += 2 * SECOND;
    assertThat(latency.at(now)).isCloseTo(1e9 / Math.E, within(1e6));
  }

  @Test
  void whileOneRequestTriesItItIsAsSlowAsItWas() {
    answered(SECOND);
    now += 10 * SECOND;
    assertThat(latency.at(now)).isLessThan(10 * MILLISECOND);
    latency.asked(now);
    assertThat(latency.at(now)).isEqualTo(SECOND);
  }

  @Test
  void whoIsSlowEachTimeIsTriedLaterAndLater() {
    answered(SECOND);
    List<Long> pauses = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      pauses.add(untilAlike());
      answered(SECOND);
    }
    assertThat(pauses).containsExactly(10L, 19L, 37L, 37L, 37L);
  }

  @Test
  void whoIsFastWhenTriedIsForgivenAndOnePauseLaterOnIsSoonForgotten() {
    for (int i = 0; i < 5; i++) {
      answered(SECOND);
      untilAlike();
    }
    answered(MILLISECOND);
    assertThat(latency.at(now)).isLessThan(20 * MILLISECOND);
    for (int i = 0; i < 1000; i++) {
      answered(MILLISECOND);
    }
    answered(SECOND);
    assertThat(untilAlike()).isLessThan(10);
  }

  @Test
  void aQuickFailureDoesNotMakeItFast() {
    answered(50 * MILLISECOND);
    double before = latency.at(now);
    latency.asked(now);
    latency.failed(now, 0);
    assertThat(latency.at(now)).isEqualTo(before);
  }

  @Test
  void whoIsGivenUpTookThatLongAtLeast() {
    latency.asked(now);
    now += 5 * SECOND;
    latency.abandoned(now, 5 * SECOND);
    assertThat(latency.at(now)).isEqualTo(5e9);
  }

  /** Seconds without samples until it is below 10 ms, as if it were fast. */
  private long untilAlike() {
    long since = now;
    while (latency.at(now) > 10 * MILLISECOND) {
      now += SECOND;
    }
    return (now - since) / SECOND;
  }

  private void answered(long took) {
    latency.asked(now);
    now += took;
    latency.answered(now, took);
  }
}
