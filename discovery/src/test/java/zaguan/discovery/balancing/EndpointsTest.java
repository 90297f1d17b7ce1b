package zaguan.discovery.balancing;

import static org.assertj.core.api.Assertions.assertThat;
import static zaguan.discovery.balancing.Scene.instance;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EndpointsTest {

  private final Endpoints endpoints =
      new Endpoints(
          List.of(
              new Endpoint(instance("a", 3), 0, 0),
              new Endpoint(instance("b", 1), 0, 0),
              new Endpoint(instance("c", 2), 0, 0)));

  @Test
  void eachTicketIsDrawnByItsOwner() {
    assertThat(
            IntStream.range(0, 6)
                .mapToObj(ticket -> endpoints.draw(bound -> ticket).instance().id()))
        .containsExactly("a", "a", "a", "b", "c", "c");
  }

  @Test
  void aShareIsInRelationToTheMeanWeight() {
    assertThat(endpoints.share(endpoints.get(0))).isEqualTo(1.5);
    assertThat(endpoints.share(endpoints.get(1))).isEqualTo(0.5);
    assertThat(endpoints.share(endpoints.get(2))).isEqualTo(1.0);
  }
}
