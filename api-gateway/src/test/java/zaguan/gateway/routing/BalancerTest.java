package zaguan.gateway.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import zaguan.gateway.catalog.Instance;

class BalancerTest {

  private final Balancer balancer = new Balancer(new Random(5));

  @Test
  void eachInstanceHasItsTurn() {
    Map<String, Long> turns = turns("a", instances("a", 3), 300);
    assertThat(turns).isEqualTo(Map.of("a-0", 100L, "a-1", 100L, "a-2", 100L));
  }

  @Test
  void whereThereIsNoneNoneIsChosen() {
    assertThat(balancer.choose("a", List.of())).isEmpty();
  }

  @Test
  void oneServicesTurnsAreNotAnothers() {
    List<Instance> two = instances("a", 2);
    String first = balancer.choose("a", two).orElseThrow().id();
    balancer.choose("b", instances("b", 2));
    assertThat(balancer.choose("a", two).orElseThrow().id()).isNotEqualTo(first);
  }

  @Test
  void theTurnGoesOnBeyondTheLargestNumber() {
    Balancer nearlyThere =
        new Balancer(
            new Random() {
              private static final long serialVersionUID = 1L;

              @Override
              public int nextInt() {
                return Integer.MAX_VALUE;
              }
            });
    List<Instance> three = instances("a", 3);
    assertThat(
            IntStream.range(0, 9)
                .mapToObj(i -> nearlyThere.choose("a", three).orElseThrow().id())
                .distinct())
        .hasSize(3);
  }

  private Map<String, Long> turns(String service, List<Instance> instances, int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> balancer.choose(service, instances).orElseThrow().id())
        .collect(Collectors.groupingBy(id -> id, Collectors.counting()));
  }

  private static List<Instance> instances(String service, int count) {
    return IntStream.range(0, count)
        .mapToObj(
            i ->
                new Instance(
                    service + "-" + i, service, "n", "127.0.0.1", 1 + i, 1, List.of(), Map.of()))
        .toList();
  }
}
