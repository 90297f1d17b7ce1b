package zaguan.discovery.balancing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What an instance can make the log say. */
class ComplaintsTest {

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final Complaints complaints = new Complaints();

  @Test
  void theFirstIsSaidAtOnceAndTheOthersAreCountedForAMinute() {
    long now = -3 * SECOND;
    assertThat(complaints.line("request 1: a", now)).isEqualTo("request 1: a");
    for (int i = 0; i < 59; i++) {
      now += SECOND;
      assertThat(complaints.line("request 2: b", now)).isNull();
    }
    now += SECOND;
    assertThat(complaints.line("request 3: c", now)).isEqualTo("request 3: c; 59 more in between");
    assertThat(complaints.line("request 4: d", now)).isNull();
    assertThat(complaints.line("request 5: e", now + 60 * SECOND))
        .isEqualTo("request 5: e; 1 more in between");
  }

  @Test
  void aLineStaysShortAndALine() {
    assertThat(complaints.line("x".repeat(100_000), 0)).hasSizeLessThan(300);
    assertThat(complaints.line("a\nb\r\u001b[31m\u0085\u2028c", 60 * SECOND))
        .isEqualTo("a\\u000ab\\u000d\\u001b[31m\\u0085\\u2028c");
  }
}
