package zaguan.gateway.balancing;

import static org.assertj.core.api.Assertions.assertThat;
import static zaguan.gateway.balancing.Scene.instance;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MembersTest {

  private final Members members =
      new Members(
          List.of(
              new Member(instance("a", 3), 0, 0),
              new Member(instance("b", 1), 0, 0),
              new Member(instance("c", 2), 0, 0)));

  @Test
  void eachTicketIsDrawnByItsOwner() {
    assertThat(
            IntStream.range(0, 6).mapToObj(ticket -> members.draw(bound -> ticket).instance().id()))
        .containsExactly("a", "a", "a", "b", "c", "c");
  }

  @Test
  void aShareIsInRelationToTheMeanWeight() {
    assertThat(members.share(members.get(0))).isEqualTo(1.5);
    assertThat(members.share(members.get(1))).isEqualTo(0.5);
    assertThat(members.share(members.get(2))).isEqualTo(1.0);
  }
}
