package zaguan.discovery.balancing;

import static org.assertj.core.api.Assertions.assertThat;
import static zaguan.discovery.balancing.Scene.MILLISECOND;
import static zaguan.discovery.balancing.Scene.SECOND;
import static zaguan.discovery.balancing.Scene.answers;
import static zaguan.discovery.balancing.Scene.instance;
import static zaguan.discovery.balancing.Scene.instances;
import static zaguan.discovery.balancing.Scene.refuses;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What is told of instances, and how much of it is kept. */
class InstanceEventsTest {

  private final Scene scene = new Scene();

  @Test
  void whoIsSetAsideAndComesBackIsTold() {
    scene.with(instances(3)).where("1", refuses()).requests(100, MILLISECOND);
    assertThat(told("1"))
        .extracting(InstanceEvent::getClass)
        .containsExactly(InstanceEvent.Joined.class, InstanceEvent.Ejected.class);
    assertThat(told("1").getLast())
        .isInstanceOfSatisfying(
            InstanceEvent.Ejected.class, ejected -> assertThat(ejected.pause()).hasSeconds(1));
    scene.where("1", answers(200, MILLISECOND)).requests(2_000, MILLISECOND);
    assertThat(told("1")).last().isInstanceOf(InstanceEvent.Back.class);
  }

  @Test
  void whoComesLaterIsToldWhenItIsWarmAndWhoWasThereFirstIsNot() {
    scene.with(instances(2)).requests(100, MILLISECOND);
    scene.with(instances(3)).requests(200, 100 * MILLISECOND);
    assertThat(told("2"))
        .extracting(InstanceEvent::getClass)
        .containsExactly(InstanceEvent.Joined.class, InstanceEvent.Warmed.class);
    assertThat(told("1"))
        .extracting(InstanceEvent::getClass)
        .containsOnly(InstanceEvent.Joined.class);
  }

  @Test
  void whoGoesIsToldAndWhoseWeightChangesIsNot() {
    scene.with(instance("0", 1), instance("1", 1)).pass(SECOND);
    scene.with(instance("0", 5)).pass(SECOND);
    assertThat(told("0")).hasSize(1);
    assertThat(told("1")).last().isInstanceOf(InstanceEvent.Left.class);
  }

  @Test
  void whatIsTooMuchIsCountedAndNobodyWaits() throws Exception {
    InstanceEvents events = new InstanceEvents();
    InstanceEvent event = new InstanceEvent.Joined("greeter", instance("0", 1));
    for (int i = 0; i < 10_003; i++) {
      events.accept(event);
    }
    assertThat(events.lost()).isEqualTo(3);
    assertThat(events.lost()).isZero();
    for (int i = 0; i < 10_000; i++) {
      assertThat(events.take()).isEqualTo(event);
    }
    events.accept(event);
    assertThat(events.lost()).isZero();
  }

  private List<InstanceEvent> told(String id) {
    return scene.events.stream().filter(event -> event.instance().id().equals(id)).toList();
  }
}
