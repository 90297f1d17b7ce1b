package zaguan.discovery.balancing;

import static org.assertj.core.api.Assertions.assertThat;
import static zaguan.discovery.balancing.Scene.MILLISECOND;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class ConcurrencyLimitTest {

  private static final int MOST = 1000;

  private record Due(long at, Permit permit) {}

  private long now = -1_000_000_000L;
  private final Upstream upstream =
      new Upstream("greeter", MOST, () -> now, bound -> 0, event -> {});

  /** Of a service that answers so many every 50 ms, one after the other. */
  private final Queue<Permit> queue = new ArrayDeque<>();

  /** Of a service that answers each by itself. */
  private final Queue<Due> under = new PriorityQueue<>(Comparator.comparingLong(Due::at));

  private int shed;

  @Test
  void noMoreAreLetInThanTheBoundAllows() {
    upstream.limit(3);
    Permit first = upstream.admit();
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
  void whatStillComesTakesNoPlaceOfWhatWaits() {
    upstream.limit(3);
    List<Permit> coming = admit(100, false);
    assertThat(coming).doesNotContainNull();
    assertThat(admit(3, true)).doesNotContainNull();
    assertThat(upstream.admit()).isNull();
  }

  @Test
  void whenNoMoreMayWaitNothingNewMayBeginToCome() {
    upstream.limit(3);
    List<Permit> waiting = admit(3, true);
    assertThat(upstream.admit(false)).isNull();
    waiting.getFirst().left();
    assertThat(upstream.admit(false)).isNotNull();
  }

  @Test
  void whatHasComeWaitsThoughOthersCameMeanwhileUpToTwiceTheLimit() {
    upstream.limit(3);
    List<Permit> coming = admit(10, false);
    List<Permit> waiting = admit(3, true);
    assertThat(coming.subList(0, 3)).allMatch(Permit::requested);
    assertThat(coming.subList(3, 10)).noneMatch(Permit::requested);
    coming.forEach(Permit::left);
    waiting.forEach(Permit::left);
    assertThat(admit(3, true)).doesNotContainNull();
    assertThat(upstream.admit()).isNull();
  }

  @Test
  void asManyMayComeAsTwiceMayWaitAndAThousandAtTheLeast() {
    upstream.limit(3);
    List<Permit> coming = admit(1000, false);
    assertThat(coming).doesNotContainNull();
    assertThat(upstream.admit(false)).isNull();
    coming.getFirst().left();
    coming.getFirst().left();
    coming.get(1).answered();
    assertThat(admit(2, false)).doesNotContainNull();
    assertThat(upstream.admit(false)).isNull();
    upstream.limit(800);
    assertThat(admit(1600, false)).doesNotContainNull();
    assertThat(upstream.admit(false)).isNull();
  }

  @Test
  void aResponseBeforeTheRequestIsCompleteSaysNothingOfTheLoad() {
    int before = upstream.concurrency();
    for (int i = 0; i < 1000; i++) {
      Permit early = upstream.admit(false);
      assertThat(early).isNotNull();
      now += 50 * MILLISECOND;
      early.answered();
      assertThat(early.requested()).as("its response goes on").isTrue();
    }
    assertThat(upstream.concurrency()).isEqualTo(before);
    assertThat(admit(before, true)).doesNotContainNull();
  }

  @Test
  void nothingIsShedBelowCapacity() {
    load(500, 8, 10);
    assertThat(shed).isZero();
  }

  @Test
  void underOverloadAboutThreeSecondsWorthWaits() {
    load(500, 9, 10);
    load(55, 25, 10);
    assertThat(shed).as("within three seconds").isZero();
    load(800, 15, 10);
    assertThat(shed).isPositive();
    for (int i = 0; i < 100; i++) {
      load(100, 15, 10);
      assertThat(queue.size()).as("waiting").isBetween(550, 650);
    }
  }

  @Test
  void whileInstancesAreNewTheirQueueIsNotShed() {
    load(500, 9, 10);
    upstream.replaceInstances(List.of(Scene.instance("new", 1)), 0);
    load(190, 14, 10);
    assertThat(shed).as("within ten seconds").isZero();
    load(100, 14, 10);
    assertThat(shed).isPositive();
  }

  @Test
  void aLimitInForceStaysWhenAnInstanceComes() {
    upstream.replaceInstances(List.of(Scene.instance("one", 1)), 0);
    load(500, 9, 10);
    load(400, 15, 10);
    int before = shed;
    assertThat(before).isPositive();
    upstream.replaceInstances(List.of(Scene.instance("one", 1), Scene.instance("two", 1)), 0);
    load(100, 15, 10);
    assertThat(shed - before).isGreaterThan(400);
  }

  @Test
  void afterOverloadAllIsLetInAgain() {
    load(500, 8, 10);
    load(500, 15, 10);
    load(100, 8, 10);
    shed = 0;
    load(500, 8, 10);
    assertThat(shed).isZero();
    assertThat(upstream.concurrency()).isEqualTo(MOST);
  }

  @Test
  void whatArrivesAtOnceAfterAPauseIsLetIn() {
    load(500, 8, 10);
    for (int i = 0; i < 10; i++) {
      load(1, 160, 0);
      load(100, 8, 10);
    }
    assertThat(shed).isZero();
  }

  @Test
  void aServiceThatBecomesSlowWithoutAQueueIsRefusedForAWhileOnly() {
    flow(10_000, 100, 1, 100);
    flow(120_000, 1500, 1, 1500);
    shed = 0;
    flow(10_000, 1500, 1, 1500);
    assertThat(shed).isZero();
  }

  @Test
  void aServiceThatIsSlowFromTheFirstIsNotRefused() {
    flow(60_000, 4000, 1, 4000);
    assertThat(shed).isZero();
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
      Permit permit = upstream.admit();
      assertThat(permit).isNotNull();
      now += 50 * MILLISECOND;
      permit.left();
    }
    assertThat(upstream.concurrency()).isEqualTo(before);
  }

  private List<Permit> admit(int count, boolean complete) {
    List<Permit> admissions = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      admissions.add(upstream.admit(complete));
    }
    return admissions;
  }

  /** A hundred requests a second, without a queue; every n-th of them takes longer. */
  private void flow(int milliseconds, int takes, int nth, int longer) {
    for (int i = 0; i < milliseconds / 10; i++) {
      now += 10 * MILLISECOND;
      for (Due due = under.peek(); due != null && due.at() <= now; due = under.peek()) {
        under.remove().permit().answered();
      }
      Permit permit = upstream.admit();
      if (permit == null) {
        shed++;
      } else {
        under.add(new Due(now + (i % nth == 0 ? longer : takes) * MILLISECOND, permit));
      }
    }
  }

  private void load(int steps, int arrivals, int answers) {
    for (int i = 0; i < steps; i++) {
      now += 50 * MILLISECOND;
      for (int k = 0; k < answers && !queue.isEmpty(); k++) {
        queue.remove().answered();
      }
      for (int k = 0; k < arrivals; k++) {
        Permit permit = upstream.admit();
        if (permit == null) {
          shed++;
        } else {
          queue.add(permit);
        }
      }
    }
  }
}
