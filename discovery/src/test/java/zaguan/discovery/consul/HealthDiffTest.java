package zaguan.discovery.consul;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HealthDiffTest {

  private final HealthDiff seen = new HealthDiff();

  @Test
  void theFirstAnswerIsAllNew() throws Exception {
    HealthDiff.Changed changed = seen.next(checks(check("a", 5), node("n1", 2)), true);
    assertThat(changed.services()).isEqualTo(Set.of("a"));
    assertThat(changed.nodes()).isEqualTo(Set.of("n1"));
  }

  @Test
  void onlyWhatChangedIsNamed() throws Exception {
    seen.next(checks(check("a", 5), check("b", 6), node("n1", 2)), true);
    HealthDiff.Changed changed =
        seen.next(checks(check("a", 5), check("b", 9), node("n1", 2)), false);
    assertThat(changed.services()).isEqualTo(Set.of("b"));
    assertThat(changed.nodes()).isEmpty();
  }

  @Test
  void aCheckThatIsGoneIsAChange() throws Exception {
    seen.next(checks(check("a", 5), check("a", 6), check("b", 7)), true);
    assertThat(seen.next(checks(check("a", 6), check("b", 7)), false).services())
        .isEqualTo(Set.of("a"));
    assertThat(seen.next(checks(check("a", 6)), false).services()).isEqualTo(Set.of("b"));
  }

  @Test
  void aCheckThatReplacesAnotherIsAChange() throws Exception {
    seen.next(checks(check("a", 5), check("a", 6)), true);
    assertThat(seen.next(checks(check("a", 6), check("a", 8)), false).services())
        .isEqualTo(Set.of("a"));
  }

  @Test
  void aNodesOwnCheckConcernsTheNode() throws Exception {
    seen.next(checks(check("a", 5), node("n1", 2)), true);
    HealthDiff.Changed changed = seen.next(checks(check("a", 5), node("n1", 9)), false);
    assertThat(changed.services()).isEmpty();
    assertThat(changed.nodes()).isEqualTo(Set.of("n1"));
  }

  @Test
  void whatIsNoCheckHidesNoOther() throws Exception {
    String odd = "{\"Node\": {\"a\": [1]}, \"ServiceName\": null, \"ModifyIndex\": \"x\"}";
    seen.next(checks(check("a", 5), "null", "[{}]", "7", odd, check("b", 6)), true);
    assertThat(
            seen.next(checks(check("a", 5), "null", "[{}]", "7", odd, check("b", 9)), false)
                .services())
        .isEqualTo(Set.of("b"));
  }

  @Test
  void whatIsNoListIsRefused() {
    assertThatThrownBy(() -> seen.next("{}".getBytes(UTF_8), true)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> seen.next("[{}".getBytes(UTF_8), true))
        .isInstanceOf(IOException.class);
  }

  private static byte[] checks(String... checks) {
    return ("[" + String.join(",", checks) + "]").getBytes(UTF_8);
  }

  private static String check(String service, long modifyIndex) {
    return """
    {"Node": "n1", "Definition": {"TLS": {}}, "ServiceName": "%s", "ModifyIndex": %d}
    """
        .formatted(service, modifyIndex);
  }

  private static String node(String name, long modifyIndex) {
    return """
    {"Node": "%s", "CheckID": "serfHealth", "ServiceName": "", "ModifyIndex": %d}
    """
        .formatted(name, modifyIndex);
  }
}
