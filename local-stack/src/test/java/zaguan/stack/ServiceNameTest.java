package zaguan.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServiceNameTest {

  @Test
  void aNameWithHyphensIsWrittenAsEachPlaceWritesIt() {
    ServiceName name = new ServiceName("order-items2");
    assertThat(name.inPackage()).isEqualTo("orderitems2");
    assertThat(name.inClass()).isEqualTo("OrderItems2");
    assertThat(name.inVariable()).isEqualTo("order_items2");
    assertThat(name.inEnvironment()).isEqualTo("ORDER_ITEMS2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "Orders", "9a", "-a", "a-", "a_b", "a.b", "a b", "órdenes", "..", "a\n"})
  void aNameThatDnsCannotCarryIsRefusedWithTheRule(String text) {
    assertThatThrownBy(() -> new ServiceName(text))
        .isInstanceOf(StackFailure.class)
        .hasMessageStartingWith("\"" + text + "\" cannot be the name of a service")
        .hasMessageContaining("1 to 63 lower-case letters, digits and hyphens");
  }

  @Test
  void aNameHas63CharactersAtMost() {
    assertThat(new ServiceName("a".repeat(63)).text()).hasSize(63);
    assertThatThrownBy(() -> new ServiceName("a".repeat(64))).isInstanceOf(StackFailure.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"new", "class", "in-t", "true", "java"})
  void aWordOfJavaIsRefusedAsSuch(String text) {
    assertThatThrownBy(() -> new ServiceName(text))
        .isInstanceOf(StackFailure.class)
        .hasMessageContaining("which is a word of Java");
  }

  @ParameterizedTest
  @ValueSource(strings = {"consul", "nomad", "haproxy", "api-gateway", "zaguan"})
  void aNameOfThePlatformIsRefusedAsSuch(String text) {
    assertThatThrownBy(() -> new ServiceName(text))
        .isInstanceOf(StackFailure.class)
        .hasMessageContaining("a name of the platform");
  }
}
