package zaguan.discovery.balancing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MethodsTest {

  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD", "OPTIONS"})
  void whatOnlyReadsIsSafeAndMayBeSentAgain(String method) {
    assertThat(Methods.isSafe(method)).isTrue();
    assertThat(Methods.isIdempotent(method)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"PUT", "DELETE", "TRACE"})
  void whatChangesTheSameEachTimeMayBeSentAgainAndIsNotSafe(String method) {
    assertThat(Methods.isSafe(method)).isFalse();
    assertThat(Methods.isIdempotent(method)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PATCH", "CONNECT", "BREW", "get", ""})
  void whatNobodyKnowsOrEachTimeChangesMoreIsNeither(String method) {
    assertThat(Methods.isSafe(method)).isFalse();
    assertThat(Methods.isIdempotent(method)).isFalse();
  }
}
