package zaguan.discovery.balancing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class DeadlineFieldTest {

  private static final long MILLI = 1_000_000;

  @ParameterizedTest
  @CsvSource({"0,0", "1,1", "0250,250", "15000,15000", "999999999,999999999"})
  void whatIsWrittenInDigitsIsRead(String value, long millis) {
    assertThat(DeadlineField.read(value)).hasValue(millis);
  }

  @ParameterizedTest
  @NullAndEmptySource
  @ValueSource(strings = {"-1", "+1", "1.5", "1s", " 1", "1, 2", "1e3", "٣", "0x10", "1000000000"})
  void whatIsNoDeadlineSaysNone(String value) {
    assertThat(DeadlineField.read(value)).isEmpty();
  }

  @Test
  void theReceiverIsNotGivenMoreTimeThanThereIs() {
    assertThat(DeadlineField.written(15_000 * MILLI)).isEqualTo("15000");
    assertThat(DeadlineField.written(2 * MILLI - 1)).isEqualTo("1");
  }

  @Test
  void whatIsSentOnNeverSaysThatTheTimeIsOver() {
    assertThat(DeadlineField.written(MILLI - 1)).isEqualTo("1");
    assertThat(DeadlineField.written(-MILLI)).isEqualTo("1");
  }

  @Test
  void whatIsWrittenIsRead() {
    assertThat(DeadlineField.read(DeadlineField.written(600_000 * MILLI))).hasValue(600_000);
  }
}
