package zaguan.discovery.balancing;

import static org.assertj.core.api.Assertions.assertThat;
import static zaguan.discovery.balancing.Scene.MILLISECOND;
import static zaguan.discovery.balancing.Scene.SECOND;
import static zaguan.discovery.balancing.Scene.answers;
import static zaguan.discovery.balancing.Scene.instances;
import static zaguan.discovery.balancing.Scene.isUnreadable;
import static zaguan.discovery.balancing.Scene.refuses;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who is set aside, and for how long. */
class EjectionTest {

  private final Scene scene = new Scene();

  @Test
  void whoRefusesAConnectionIsSetAsideAtOnce() {
    scene.with(instances(3)).where("1", refuses()).requests(500, MILLISECOND);
    assertThat(scene.asked("1")).isEqualTo(1);
    assertThat(scene.setAside()).containsExactly("1");
  }

  @Test
  void fiveFailuresInARowSetAside() {
    scene.with(instances(3)).where("1", answers(503, MILLISECOND)).requests(500, 2 * MILLISECOND);
    assertThat(scene.asked("1")).isEqualTo(5);
    assertThat(scene.setAside()).containsExactly("1");
  }

  @Test
  void failuresBetweenSuccessesDoNot() {
    scene.with(instances(3));
    for (int i = 0; i < 100; i++) {
      scene.where("1", answers(i % 5 == 0 ? 200 : 500, MILLISECOND));
      while (scene.asked("1") == i) {
        scene.requests(1, 2 * MILLISECOND);
      }
      assertThat(scene.setAside()).isEmpty();
    }
  }

  @Test
  void whatSpeaksOfTheRequestIsNoFailure() {
    scene.with(instances(3));
    for (int status : new int[] {400, 404, 429, 501, 505}) {
      scene.where("1", answers(status, MILLISECOND)).requests(100, 2 * MILLISECOND);
    }
    assertThat(scene.setAside()).isEmpty();
  }

  @Test
  void oneOddPathSetsNobodyAside() {
    scene.with(instances(3)).where("1", isUnreadable("/odd")).requests(500, MILLISECOND);
    assertThat(scene.asked("1")).isGreaterThan(50);
    assertThat(scene.setAside()).isEmpty();
  }

  @Test
  void whatCannotBeReadOnFivePathsInARowSetsAside() {
    scene.with(instances(3)).where("1", isUnreadable("/1", "/2", "/2", "/3", "/1", "/4", "/5"));
    while (scene.asked("1") < 6) {
      scene.requests(1, MILLISECOND);
    }
    assertThat(scene.setAside()).isEmpty();
    while (scene.asked("1") < 7) {
      scene.requests(1, MILLISECOND);
    }
    assertThat(scene.setAside()).containsExactly("1");
  }

  @Test
  void anAnswerInBetweenEndsTheRowOfOddPaths() {
    scene.with(instances(3));
    for (int i = 0; i < 20; i++) {
      scene.where("1", i % 5 == 4 ? answers(200, 0) : isUnreadable("/" + i));
      while (scene.asked("1") == i) {
        scene.requests(1, MILLISECOND);
      }
      assertThat(scene.setAside()).isEmpty();
    }
  }

  @Test
  void anOddPathDoesNotKeepAnInstanceAsideThatWasSetAsideForAnotherReason() {
    scene.with(instances(3)).where("1", refuses()).requests(100, MILLISECOND);
    Endpoint endpoint = scene.endpoint("1");
    scene.where("1", isUnreadable("/odd"));
    scene.pass(SECOND);
    while (scene.asked("1") < 2) {
      scene.requests(1, MILLISECOND);
    }
    // The path is new, so that the pause is twice the first.
    scene.pass(2 * SECOND);
    while (scene.asked("1") < 3) {
      scene.requests(1, MILLISECOND);
    }
    assertThat(endpoint.ejection.open(scene.now())).isTrue();
  }

  @Test
  void eachPauseIsTwiceTheLastUpToTenSeconds() {
    scene.with(instances(3)).where("1", refuses());
    List<Long> tried = new ArrayList<>();
    for (int i = 0; i < 50_000; i++) {
      int before = scene.asked("1");
      scene.request();
      if (scene.asked("1") > before) {
        tried.add(scene.now());
      }
      scene.pass(MILLISECOND);
    }
    List<Long> pauses = new ArrayList<>();
    for (int i = 1; i < tried.size(); i++) {
      pauses.add((tried.get(i) - tried.get(i - 1)) / SECOND);
    }
    assertThat(pauses).startsWith(1L, 2L, 4L, 8L, 10L, 10L);
  }

  @Test
  void afterThePauseOneRequestAtATimeTriesIt() {
    scene.with(instances(3)).where("1", refuses()).requests(100, MILLISECOND);
    scene.pass(SECOND);
    List<Attempt> trying =
        scene.turns(100).stream()
            .filter(attempt -> attempt.endpoint().instance().id().equals("1"))
            .toList();
    assertThat(trying).hasSize(1);

    trying.getFirst().end();
    assertThat(scene.turns(100))
        .filteredOn(attempt -> attempt.endpoint() == scene.endpoint("1"))
        .hasSize(1);
  }

  @Test
  void oneGoodAnswerEndsItAndTheNextPauseIsShortAgain() {
    scene.with(instances(3)).where("1", refuses()).requests(5000, MILLISECOND);
    scene.where("1", answers(200, MILLISECOND)).requests(5000, MILLISECOND);
    assertThat(scene.setAside()).isEmpty();

    scene.where("1", refuses());
    while (scene.setAside().isEmpty()) {
      scene.requests(1, MILLISECOND);
    }
    scene.pass(SECOND);
    scene.where("1", answers(200, MILLISECOND)).requests(100, MILLISECOND);
    assertThat(scene.setAside()).isEmpty();
  }

  @Test
  void failuresThatWereUnderWayTogetherCountOnce() {
    scene.with(instances(2));
    Endpoint endpoint = scene.upstream.list().getFirst();
    List<Attempt> together =
        scene.turns(20).stream().filter(attempt -> attempt.endpoint() == endpoint).toList();
    together.forEach(Attempt::refused);
    together.forEach(Attempt::end);
    scene.pass(SECOND);
    assertThat(endpoint.ejection.open(scene.now())).isTrue();
  }

  @Test
  void neverMoreThanHalfAreSetAside() {
    scene.with(instances(6));
    for (int i = 0; i < 6; i++) {
      scene.where(String.valueOf(i), refuses());
    }
    scene.requests(2000, MILLISECOND);
    assertThat(scene.setAside()).hasSize(3);
  }

  @Test
  void aLoneInstanceIsNeverSetAside() {
    scene.with(instances(1)).where("0", refuses()).requests(100, MILLISECOND);
    assertThat(scene.asked("0")).isEqualTo(100);
    assertThat(scene.setAside()).isEmpty();
  }

  @Test
  void whenOthersLeaveTheCatalogHalfIsStillTheMost() {
    scene.with(instances(4)).where("0", refuses()).where("1", refuses()).requests(200, MILLISECOND);
    assertThat(scene.setAside()).containsExactlyInAnyOrder("0", "1");
    scene.with(instances(2));
    assertThat(scene.setAside()).hasSize(1);
  }

  @Test
  void whoIsSetAsideIsTakenWhenAllOthersWereTried() {
    scene.with(instances(2)).where("1", refuses()).requests(100, MILLISECOND);
    Attempt attempt = scene.upstream.take(List.of(scene.endpoint("0")));
    assertThat(attempt).isNotNull().extracting(Attempt::endpoint).isSameAs(scene.endpoint("1"));
  }
}
