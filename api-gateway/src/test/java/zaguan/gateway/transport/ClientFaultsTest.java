package zaguan.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ClientFaultsTest {

  private final List<String> lines = new ArrayList<>();
  private final List<Throwable> traces = new ArrayList<>();
  private long now = -TimeUnit.HOURS.toNanos(1);
  private final ClientFaults faults =
      new ClientFaults(
          () -> now,
          (line, trace) -> {
            lines.add(line);
            if (trace != null) {
              traces.add(trace);
            }
          });

  @Test
  void aConnectionHasOneLine() {
    EmbeddedChannel connection = new EmbeddedChannel();
    for (int i = 0; i < 1000; i++) {
      now += TimeUnit.SECONDS.toNanos(1);
      faults.broke(connection, "10.0.0.1", "a fault");
      faults.unexpected(connection, "10.0.0.1", new IllegalStateException());
    }
    assertThat(lines).containsExactly("10.0.0.1 broke the rules of its protocol: a fault");
    assertThat(traces).isEmpty();
  }

  @Test
  void ofManyConnectionsAFewASecondHaveOneAndTheRestAreCounted() {
    for (int i = 0; i < 1000; i++) {
      now += TimeUnit.MILLISECONDS.toNanos(5);
      faults.broke(new EmbeddedChannel(), "10.0.0.1", "fault " + i);
    }
    assertThat(lines).hasSizeBetween(15, 18);
    assertThat(lines).element(3).asString().endsWith("(196 more such lines were left out before)");
  }

  @Test
  void aTraceIsForWhatAClientShouldNotCauseAndOneAMinute() {
    for (int i = 0; i < 120; i++) {
      now += TimeUnit.SECONDS.toNanos(1);
      faults.unexpected(new EmbeddedChannel(), "10.0.0.1", new IllegalStateException("why"));
    }
    assertThat(lines).hasSize(120);
    assertThat(lines.getFirst())
        .isEqualTo("The connection of 10.0.0.1 failed: java.lang.IllegalStateException: why");
    assertThat(traces).hasSize(2);
  }

  @Test
  void whatAClientSentMakesNeitherALongLineNorTwo() {
    faults.broke(new EmbeddedChannel(), "10.0.0.1", "a\r\nb\u001b[31m" + "x".repeat(10_000));
    assertThat(lines)
        .singleElement()
        .asString()
        .hasSizeLessThan(300)
        .contains("a\\u000d\\u000ab\\u001b[31mx")
        .endsWith("…");
  }
}
