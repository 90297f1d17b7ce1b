package zaguan.discovery.balancing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static zaguan.discovery.balancing.Scene.MILLISECOND;
import static zaguan.discovery.balancing.Scene.SECOND;
import static zaguan.discovery.balancing.Scene.answers;
import static zaguan.discovery.balancing.Scene.instance;
import static zaguan.discovery.balancing.Scene.instances;
import static zaguan.discovery.balancing.Scene.isFrozen;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Who is asked, by weight, load, latency and age. */
class ChoiceTest {

  private final Scene scene = new Scene();

  @Test
  void whereThereIsNoneNoneIsTaken() {
    assertThat(scene.upstream.take(Set.of())).isNull();
  }

  @Test
  void theOnlyOneIsTaken() {
    scene.with(instances(1)).requests(100, MILLISECOND);
    assertThat(scene.asked("0")).isEqualTo(100);
  }

  @Test
  void aCanaryOfWeightTenAmongThreeOfThirtyGetsATenth() {
    scene
        .with(instance("a", 30), instance("b", 30), instance("c", 30), instance("canary", 10))
        .requests(20_000, 3 * MILLISECOND);
    assertThat(scene.share("canary")).isEqualTo(0.10, within(0.01));
    assertThat(scene.share("a")).isEqualTo(0.30, within(0.01));
  }

  @Test
  void aCanaryGetsItsTenthUnderLoadToo() {
    scene
        .with(instance("a", 30), instance("b", 30), instance("c", 30), instance("canary", 10))
        .requests(50_000, MILLISECOND / 20);
    assertThat(scene.share("canary")).isEqualTo(0.10, within(0.01));
  }

  @Test
  void aCanaryGetsItsTenthHoweverManyAreInFlight() {
    scene.with(instance("a", 45), instance("b", 45), instance("canary", 10));
    Random chance = new Random(5);
    for (int inFlight = 1; inFlight <= 64; inFlight *= 2) {
      scene.forget();
      for (int i = 0; i < 20_000; i++) {
        scene.request();
        scene.pass((long) (2.0 * MILLISECOND / inFlight * -Math.log(1 - chance.nextDouble())));
      }
      assertThat(scene.share("canary")).as("%d in flight", inFlight).isBetween(0.08, 0.12);
    }
  }

  @Test
  void aWeightOfZeroIsNoneWhileAnotherHasMore() {
    scene.with(instance("0", 0), instance("1", 1)).where("1", answers(503, MILLISECOND));
    scene.requests(1000, 3 * MILLISECOND);
    assertThat(scene.asked("0")).isZero();
    assertThat(scene.upstream.take(Set.of(scene.endpoint("1")))).isNull();
    scene.with(instance("0", 1), instance("1", 0)).forget().requests(1000, 3 * MILLISECOND);
    assertThat(scene.asked("0")).isEqualTo(1000);
  }

  @Test
  void whereAllHaveAWeightOfZeroTheyAreAlike() {
    scene.with(instance("0", 0), instance("1", 0)).requests(10_000, 3 * MILLISECOND);
    assertThat(scene.share("0")).isEqualTo(0.5, within(0.03));
  }

  @Test
  void aWeightThatChangesIsFollowedAtOnce() {
    scene.with(instances(2)).requests(1000, 3 * MILLISECOND).forget();
    scene.with(instance("0", 9), instance("1", 1)).requests(10_000, 3 * MILLISECOND);
    assertThat(scene.share("1")).isEqualTo(0.10, within(0.01));
  }

  @Test
  void aFrozenInstanceGetsNearlyNothingAfterItsFirstRequests() {
    scene.with(instances(3)).requests(1000, MILLISECOND).forget();
    scene.where("1", isFrozen()).requests(30_000, MILLISECOND);
    assertThat(scene.asked("1")).isLessThan(30);
  }

  @Test
  void aFrozenInstanceThatNeverAnsweredGetsLittleToo() {
    scene.with(instances(3)).where("1", isFrozen()).requests(30_000, MILLISECOND);
    assertThat(scene.asked("1")).isLessThan(40);
  }

  @Test
  void anInstanceThatTakesTwoSecondsGetsLessThanAThousandth() {
    scene.with(instances(3)).where("1", answers(200, 2 * SECOND)).requests(5000, MILLISECOND);
    scene.forget().requests(60_000, MILLISECOND);
    assertThat(scene.share("1")).isLessThan(0.001);
  }

  @Test
  void whereATenthIsSlowItGetsLessThanAFiveHundredthOfAllRequests() {
    scene.with(instances(30));
    for (int i = 0; i < 3; i++) {
      scene.where(String.valueOf(i), answers(200, 300 * MILLISECOND));
    }
    scene.requests(10_000, MILLISECOND).forget().requests(50_000, MILLISECOND);
    assertThat(scene.share("0") + scene.share("1") + scene.share("2")).isLessThan(0.002);
  }

  @Test
  void aSlowInstanceThatIsFastAgainGetsItsShareAgain() {
    scene.with(instances(3)).where("1", answers(200, SECOND)).requests(10_000, MILLISECOND);
    scene.where("1", answers(200, 2 * MILLISECOND)).requests(20_000, MILLISECOND);
    scene.forget().requests(10_000, MILLISECOND);
    assertThat(scene.share("1")).isEqualTo(1 / 3.0, within(0.02));
  }

  @Test
  void aRequestThatIsLongInComingDoesNotMakeItsInstanceSlow() {
    scene.with(instances(2)).requests(1000, MILLISECOND);
    Attempt upload = scene.upstream.take(List.of(scene.endpoint("0")));
    assertThat(upload).isNotNull();
    scene.pass(10 * SECOND);
    upload.requested();
    scene.pass(2 * MILLISECOND);
    upload.answered(200);
    upload.end();
    scene.forget().requests(10_000, 3 * MILLISECOND);
    assertThat(scene.share("1")).isEqualTo(0.5, within(0.02));
  }

  @Test
  void requestsThatAreLongInComingDoNotMakeTheirInstanceBusy() {
    scene.with(instances(2));
    List<Attempt> uploads = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      uploads.add(scene.upstream.take(List.of(scene.endpoint("0"))));
    }
    assertThat(scene.endpoint("1").inFlight()).isEqualTo(50);
    uploads.forEach(Attempt::comesSlowly);
    uploads.forEach(Attempt::comesSlowly);
    assertThat(scene.endpoint("1").inFlight()).isZero();
    scene.forget().requests(10_000, 3 * MILLISECOND);
    assertThat(scene.share("1")).isEqualTo(0.5, within(0.02));
    uploads.getFirst().requested();
    uploads.getFirst().comesSlowly();
    assertThat(scene.endpoint("1").inFlight()).isEqualTo(1);
    assertThat(scene.upstream.idle()).isZero();
    uploads.forEach(Attempt::end);
    uploads.forEach(Attempt::comesSlowly);
    assertThat(scene.endpoint("1").inFlight()).isZero();
  }

  @Test
  void twiceTheLatencyIsAlike() {
    scene
        .with(instances(2))
        .where("0", answers(200, 6 * MILLISECOND))
        .where("1", answers(200, 11 * MILLISECOND))
        .requests(10_000, 15 * MILLISECOND);
    assertThat(scene.share("1")).isEqualTo(0.5, within(0.02));
  }

  @Test
  void theOneWithFewerInFlightIsTaken() {
    scene.with(instances(2));
    scene.turns(10);
    assertThat(scene.upstream.list()).extracting(Endpoint::inFlight).containsExactly(5, 5);
  }

  @Test
  void whoWasTriedIsNotTakenAgain() {
    scene.with(instances(3));
    List<Endpoint> endpoints = scene.upstream.list();
    for (int i = 0; i < 100; i++) {
      Attempt attempt = scene.upstream.take(endpoints.subList(0, 2));
      assertThat(attempt).isNotNull().extracting(Attempt::endpoint).isSameAs(endpoints.get(2));
    }
    assertThat(scene.upstream.take(endpoints)).isNull();
  }

  @Test
  void aNewInstanceBeginsWithATenthOfItsShareAndHasAllOfItAfterItsWarmUp() {
    scene.with(instances(4)).requests(1000, MILLISECOND);
    scene.with(instances(5)).forget().requests(1000, MILLISECOND);
    assertThat(scene.share("4")).isBetween(0.01, 0.06);
    scene.pass(3500 * MILLISECOND);
    scene.forget().requests(1000, MILLISECOND);
    assertThat(scene.share("4")).isBetween(0.08, 0.15);
    scene.pass(5 * SECOND);
    scene.forget().requests(10_000, MILLISECOND);
    assertThat(scene.share("4")).isEqualTo(0.2, within(0.02));
  }

  @Test
  void theFirstInstancesNeedNoWarmUp() {
    scene.with(instances(3));
    assertThat(scene.upstream.list()).allMatch(endpoint -> endpoint.warmth(scene.now()) == 1);
  }

  @Test
  void oldInstancesKeepWhatIsKnownOfThemWhileOthersComeAndGo() {
    scene.with(instances(3)).where("1", answers(200, SECOND)).requests(3000, MILLISECOND);
    Endpoint slow = scene.endpoint("1");
    scene.with(instance("1", 1), instance("2", 1), instance("new", 1));
    assertThat(scene.endpoint("1")).isSameAs(slow);
    assertThat(scene.upstream.list())
        .extracting(endpoint -> endpoint.instance().id())
        .containsExactly("1", "2", "new");
  }

  @Test
  void anInstanceThatComesBackIsANewOne() {
    scene.with(instances(3)).requests(100, MILLISECOND);
    scene.with(instances(2)).with(instances(3));
    assertThat(scene.endpoint("2").warmth(scene.now())).isLessThan(0.2);
  }
}
