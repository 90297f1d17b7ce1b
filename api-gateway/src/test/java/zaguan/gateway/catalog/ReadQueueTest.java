package zaguan.gateway.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class ReadQueueTest {

  private static final Instant NOW = Instant.ofEpochSecond(1_000);

  private final ReadQueue pending = new ReadQueue(() -> NOW);

  @Test
  void whatComesInABurstIsOneReading() throws Exception {
    pending.services(Set.of("a"));
    pending.services(Set.of("b"));
    pending.nodes(Set.of("n1"));
    assertThat(pending.take()).isEqualTo(new ReadQueue.Work(Set.of("a", "b"), Set.of("n1"), false));
  }

  @Test
  void everythingWaitsForItsMoment() throws Exception {
    pending.everythingAt(NOW.plusSeconds(5));
    pending.services(Set.of("a"));
    assertThat(pending.take().everything()).isFalse();
    pending.everythingAt(NOW);
    assertThat(pending.take().everything()).isTrue();
  }

  @Test
  void whatIsNamedGoesBeforeEverythingButOnlyOnce() throws Exception {
    pending.everythingAt(NOW);
    pending.services(Set.of("a"));
    assertThat(pending.take()).isEqualTo(new ReadQueue.Work(Set.of("a"), Set.of(), false));
    pending.services(Set.of("b"));
    assertThat(pending.take()).isEqualTo(new ReadQueue.Work(Set.of("b"), Set.of(), true));
  }

  @Test
  void aNameThatIsGoneIsAReadingToo() throws Exception {
    pending.services(Set.of());
    assertThat(pending.take()).isEqualTo(new ReadQueue.Work(Set.of(), Set.of(), false));
  }
}
