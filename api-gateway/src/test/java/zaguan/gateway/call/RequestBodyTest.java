package zaguan.gateway.call;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpContent;
import org.junit.jupiter.api.Test;

/** How much of a body is kept before an instance takes it. */
class RequestBodyTest {

  private final RequestBody body = new RequestBody(true);

  @Test
  void aFewPartsOfAByteAreNotFull() {
    add(1000, 1);
    assertThat(body.full()).isFalse();
  }

  @Test
  void bytesMakeItFull() {
    add(65, 1024);
    assertThat(body.full()).isTrue();
  }

  @Test
  void partsMakeItFullHoweverSmall() {
    add(1025, 1);
    assertThat(body.full()).isTrue();
    assertThat(body.length()).isEqualTo(1025);
  }

  private void add(int parts, int size) {
    for (int i = 0; i < parts; i++) {
      body.add(new DefaultHttpContent(Unpooled.wrappedBuffer(new byte[size])));
    }
  }
}
