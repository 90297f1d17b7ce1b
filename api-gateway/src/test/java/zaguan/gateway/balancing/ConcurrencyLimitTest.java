package zaguan.gateway.balancing;

import static org.assertj.core.api.Assertions.assertThat;
import static zaguan.gateway.balancing.Scene.MILLISECOND;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class ConcurrencyLimitTest {

  private record Due(long at, Admission admission) {}

  private long now = -1_000_000_000L;
  private final Upstream upstream = new Upstream("greeter", 1000, () -> now, bound -> 0);

  /** Of a service that answers so many in a millisecond, one after the other. */
  private final Queue<Admission> queue = new ArrayDeque<>();

  /** Of a service that answers each by itself. */
  private final Queue<Due> under = new PriorityQueue<>(Comparator.comparingLong(Due::at));

  private int shed;

  @Test
  void noMoreAreLetInThanTheBoundAllows() {
    upstream.limit(3);
    Admission first = upstream.admit();
    assertThat(first).isNotNull();
    assertThat(upstream.admit()).isNotNull();
    assertThat(upstream.admit()).isNotNull();
    assertThat(upstream.admit()).isNull();
    first.left();
    first.answered();
    assertThat(upstream.admit()).isNotNull();
    assertThat(upstream.admit()).isNull();
  }

  @Test
  void nothingIsShedBelowCapacity() {
    load(10_000, 8, 10);
    assertThat(shed).isZero();
  }

  @Test
  void underOverloadItFallsAndWhatIsLetInWaitsLess() {
    load(10_000, 9, 10);
    int before = upstream.concurrency();
    load(20_000, 15, 10);
    assertThat(shed).isGreaterThan(20_000);
    assertThat(upstream.concurrency()).isLessThan(before);
  }

  @Test
  void afterOverloadAllIsLetInAgain() {
    load(10_000, 8, 10);
    load(10_000, 15, 10);
    load(1000, 8, 10);
    shed = 0;
    load(10_000, 8, 10);
    assertThat(shed).isZero();
  }

  @Test
  void whatIsNeededIsLetInSoonIfItIsNotSlow() {
    flow(3000, 60, 1, 60);
    shed = 0;
    flow(1000, 60, 1, 60);
    assertThat(shed).isZero();
    assertThat(upstream.concurrency()).isGreaterThan(600);
  }

  @Test
  void aTenthOfTheResponsesMayBeSlow() {
    flow(3000, 8, 1, 8);
    flow(10_000, 8, 10, 120);
    assertThat(shed).isZero();
  }

  @Test
  void aServiceThatIsSlowerForGoodIsNotRefused() {
    flow(10_000, 11, 1, 11);
    flow(10_000, 19, 1, 19);
    assertThat(shed).isZero();
  }

  @Test
  void aRequestThatSaysNothingOfTheLoadDoesNotMoveIt() {
    int before = upstream.concurrency();
    for (int i = 0; i < 10_000; i++) {
      Admission admission = upstream.admit();
      assertThat(admission).isNotNull();
      now += 50 * MILLISECOND;
      admission.left();
    }
    assertThat(upstream.concurrency()).isEqualTo(before);
  }

  /** Ten requests in a millisecond, without a queue; every n-th of them takes longer. */
  private void flow(int milliseconds, int takes, int nth, int longer) {
    for (int i = 0; i < 10 * milliseconds; i++) {
      now += MILLISECOND / 10;
      for (Due due = under.peek(); due != null && due.at() <= now; due = under.peek()) {
        under.remove().admission().answered();
      }
      Admission admission = upstream.admit();
      if (admission == null) {
        shed++;
      } else {
        under.add(new Due(now + (i % nth == 0 ? longer : takes) * MILLISECOND, admission));
      }
    }
  }

  private void load(int milliseconds, int arrivals, int answers) {
    for (int i = 0; i < milliseconds; i++) {
      now += MILLISECOND;
      for (int k = 0; k < answers && !queue.isEmpty(); k++) {
        queue.remove().answered();
      }
      for (int k = 0; k < arrivals; k++) {
        Admission admission = upstream.admit();
        if (admission == null) {
          shed++;
        } else {
          queue.add(admission);
        }
      }
    }
  }
}
