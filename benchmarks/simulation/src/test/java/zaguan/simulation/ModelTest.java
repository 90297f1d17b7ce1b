package zaguan.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static zaguan.simulation.Agenda.MILLISECOND;
import static zaguan.simulation.Agenda.SECOND;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Whether the model does what queueing theory says. */
class ModelTest {

  private final Agenda agenda = new Agenda();

  @Test
  void whatIsDueTogetherIsDoneInTheOrderOfItsEntry() {
    List<String> done = new ArrayList<>();
    agenda.at(2, () -> done.add("c"));
    agenda.at(1, () -> done.add("a"));
    agenda.at(1, () -> done.add("b"));
    agenda.run();
    assertThat(done).containsExactly("a", "b", "c");
  }

  @Test
  void theTablesHaveTheMeansOfTheirDistributions() {
    assertThat(Samples.exponential(1e6, 1).mean()).isEqualTo(1e6, within(1e4));
    double logNormal = 1e7 * StrictMath.exp(0.125);
    assertThat(Samples.logNormal(1e7, 0.5, 1).mean()).isEqualTo(logNormal, within(2e5));
  }

  @Test
  void withoutLoadARequestTakesAsLongAsItsWork() {
    assertThat(meanLatency(1, 0.01)).isEqualTo(10, within(0.3));
  }

  @Test
  void aQueueOfOneWorkerIsAsLongAsPollaczekAndKhinchinSay() {
    // Exponential work of 10 ms at 80 %: 10 / (1 - 0.8) ms.
    assertThat(meanLatency(1, 0.8)).isEqualTo(50, within(2.5));
  }

  @Test
  void aQueueOfTwoWorkersIsAsLongAsErlangSays() {
    // At 80 % of both: 10 / (1 - 0.8²) ms.
    assertThat(meanLatency(2, 0.8)).isEqualTo(27.8, within(2.0));
  }

  @Test
  void quantilesAreWithinTwoPerCent() {
    Latencies latencies = new Latencies();
    for (int i = 1; i <= 10_000; i++) {
      latencies.add(i * MILLISECOND);
    }
    assertThat(latencies.quantile(0.5)).isBetween(4900 * MILLISECOND, 5000 * MILLISECOND);
    assertThat(latencies.quantile(0.99)).isBetween(9700 * MILLISECOND, 9900 * MILLISECOND);
    assertThat(latencies.quantile(1)).isBetween(9800 * MILLISECOND, 10_000 * MILLISECOND);
  }

  @Test
  void aTimeoutComesTrueUnlessItIsOver() {
    Timeouts timeouts = new Timeouts(agenda, SECOND);
    List<Long> fired = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      int number = i;
      agenda.at(
          i * MILLISECOND,
          () -> timeouts.add(() -> number % 2 == 0, () -> fired.add(agenda.now() / MILLISECOND)));
    }
    agenda.run();
    assertThat(fired).containsExactly(1001L, 1003L, 1005L, 1007L, 1009L);
  }

  @Test
  void roundRobinAsksEachAsOften() {
    Result steady = Result.of(Scenario.ONE_FAILING, Size.SMALL, Strategy.ROUND_ROBIN);
    assertThat(steady.share()).isEqualTo(1, within(0.01));
    assertThat(steady.failedPerCent()).isEqualTo(100 / 3.0, within(0.5));
  }

  /** In milliseconds, of an instance with exponential work of 10 ms. */
  private double meanLatency(int workers, double utilisation) {
    SplittableRandom random = new SplittableRandom(11);
    Samples work = Samples.exponential(10 * MILLISECOND, 1);
    Samples pauses = Samples.exponential(10 * MILLISECOND / utilisation / workers, 2);
    Server server = new Server(0, workers, agenda, work, random.split());
    int requests = 200_000;
    long[] sum = new long[1];
    long at = 0;
    for (int i = 0; i < requests; i++) {
      at += pauses.draw(random);
      long begin = at;
      agenda.at(
          begin,
          () ->
              server.receive(
                  new Call() {
                    @Override
                    public void answered(int status) {
                      sum[0] += agenda.now() - begin;
                    }

                    @Override
                    public void refused() {}
                  }));
    }
    agenda.run();
    return (double) sum[0] / requests / MILLISECOND;
  }
}
