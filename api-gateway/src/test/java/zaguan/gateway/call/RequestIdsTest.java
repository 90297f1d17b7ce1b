package zaguan.gateway.call;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestIdsTest {

  private final RequestIds ids = new RequestIds(new Random(7)::nextLong);

  @ParameterizedTest
  @ValueSource(
      strings = {"1", "7c1b2a9e-0f2d-4f6e-9f0f-0123456789ab", "Root=1-67891233-abc;s=1/2+3=="})
  void aTrustedProxysIsKept(String said) {
    assertThat(ids.of(saying(said), true)).isEqualTo(said);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a,b", "a\tb", "a\"b", "a\\b", "\u00e9", "a\u007f"})
  void whatIsNoneIsReplaced(String said) {
    assertThat(ids.of(saying(said), true)).isNotEqualTo(said).hasSize(36);
  }

  @Test
  void aLongOneIsReplacedAndSoAreTwo() {
    assertThat(ids.of(saying("x".repeat(128)), true)).hasSize(128);
    assertThat(ids.of(saying("x".repeat(129)), true)).hasSize(36);
    assertThat(ids.of(saying("a").add("x-request-id", "a"), true)).hasSize(36);
  }

  @Test
  void anyoneElsesIsReplaced() {
    assertThat(ids.of(saying("mine"), false)).hasSize(36);
  }

  @Test
  void eachIsAnother() {
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < 1000; i++) {
      String id = ids.of(new DefaultHttpHeaders(), true);
      assertThat(UUID.fromString(id).version()).isEqualTo(4);
      assertThat(UUID.fromString(id).variant()).isEqualTo(2);
      assertThat(seen.add(id)).isTrue();
    }
  }

  private static HttpHeaders saying(String id) {
    return DefaultHttpHeadersFactory.headersFactory()
        .withValidation(false)
        .newHeaders()
        .add("X-Request-ID", id);
  }
}
