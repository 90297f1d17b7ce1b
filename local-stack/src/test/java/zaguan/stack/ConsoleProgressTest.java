package zaguan.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ConsoleProgressTest {

  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
  private Instant now = Instant.EPOCH;

  @Test
  void outsideATerminalHowFarItIsComesNowAndThen() {
    ConsoleProgress progress = new ConsoleProgress(out, false, () -> now, now);
    progress.step("Nomad: starting");
    for (int i = 1; i <= 12; i++) {
      now = now.plusSeconds(1);
      progress.at(i + " of 12");
    }
    assertThat(printed.toString(StandardCharsets.UTF_8))
        .isEqualTo("   0.0 s  Nomad: starting\n   5.0 s    5 of 12\n  10.0 s    10 of 12\n");
  }

  @Test
  void onATerminalHowFarItIsOverwritesOneLine() {
    ConsoleProgress progress = new ConsoleProgress(out, true, () -> now, now);
    progress.at("1 of 2");
    progress.at("2 of 2");
    progress.step("done");
    assertThat(printed.toString(StandardCharsets.UTF_8))
        .isEqualTo("\r   0.0 s    1 of 2\u001b[K\r   0.0 s    2 of 2\u001b[K\n   0.0 s  done\n");
  }

  @Test
  void whatTakesLongAndSaysNothingIsSaidToGoOn() {
    ConsoleProgress progress = new ConsoleProgress(out, false, () -> now, now);
    progress.step("nomad: linking");
    for (int second = 0; second < 25; second++) {
      now = now.plusSeconds(1);
      progress.beat();
    }
    progress.end();
    now = now.plusSeconds(60);
    progress.beat();
    assertThat(printed.toString(StandardCharsets.UTF_8))
        .isEqualTo(
            """
               0.0 s  nomad: linking
              10.0 s    still: nomad: linking
              20.0 s    still: nomad: linking
            """);
  }

  @Test
  void theClockIsThatOfTheCommandAndGoesOn() {
    ConsoleProgress progress = new ConsoleProgress(out, false, () -> now, now.minusSeconds(650));
    progress.step("consul: starting");
    now = now.plusSeconds(128);
    assertThat(printed.toString(StandardCharsets.UTF_8)).isEqualTo(" 650.0 s  consul: starting\n");
    assertThat(progress.elapsed()).isEqualTo("12 min 58 s");
  }
}
