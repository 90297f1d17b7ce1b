package zaguan.gateway.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What the log says of registrations that cannot be served as they are. */
class ProblemLogTest {

  private final AtomicLong clock = new AtomicLong();
  private final List<String> lines = new ArrayList<>();
  private final ProblemLog problems = new ProblemLog(clock::get, lines::add);

  @Test
  void aProblemIsALineWhenItIsNewAndWhenItIsBack() {
    problems.write(List.of("a", "b"));
    problems.write(List.of("a", "b", "c"));
    problems.write(List.of("b"));
    problems.write(List.of("a", "b"));
    assertThat(lines).containsExactly("a", "b", "c", "a");
  }

  @Test
  void whoeverRegistersEverNewFaultsFillsNoDisk() {
    for (int round = 0; round < 100; round++) {
      int first = 10 * round;
      problems.write(IntStream.range(first, first + 10).mapToObj(i -> "fault " + i).toList());
    }
    assertThat(lines).hasSize(20);
    clock.addAndGet(Duration.ofSeconds(10).toNanos());
    problems.write(List.of("another"));
    assertThat(lines.subList(20, lines.size()))
        .containsExactly(
            "980 more problems of registrations; GET / lists those that there are now", "another");
  }
}
