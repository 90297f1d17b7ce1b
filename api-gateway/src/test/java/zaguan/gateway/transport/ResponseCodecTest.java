package zaguan.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read of an instance's bytes, however they come, and what is refused. */
class ResponseCodecTest {

  private static final String OK = "HTTP/1.1 200 OK\r\n";

  private final ResponseCodec codec = new ResponseCodec();
  private final EmbeddedChannel channel = new EmbeddedChannel(codec);

  static Stream<Arguments> malformed() {
    return Stream.of(
        head("HTTP/1.1 099 Low", "status"),
        head("HTTP/1.1 20 Short", "status"),
        head("HTTP/1.1 000 None", "status"),
        head("HTTP/1.1 2000 Long", "status"),
        head("HTTP/1.1 0200 Long", "status"),
        head("HTTP/1.1 600 High", "status"),
        head("HTTP/1.1 999 High", "status"),
        head("HTTP/1.1 2x0 None", "status"),
        head("HTTP/1.1 +20 Signed", "status"),
        head("HTTP/1.1 -20 Signed", "status"),
        head("HTTP/1.1 \u00b200 None", "status"),
        head("HTTP/1.1 200OK", "status"),
        head("HTTP/1.1 200\tOK", "status"),
        head("HTTP/1.1  200 OK", "status"),
        head("HTTP/1.1 OK", "HTTP/1.1"),
        head("HTTP/1.1", "HTTP/1.1"),
        head("HTTP/1.1\t200 OK", "HTTP/1.1"),
        head("HTTP/2.0 200 OK", "HTTP/1.1"),
        head("HTTP/2 200 OK and more", "HTTP/1.1"),
        head("HTTP/0.9 200 OK", "HTTP/1.1"),
        head("HTTP/1.10 200 OK", "HTTP/1.1"),
        head("HTTP/01.1 200 OK", "HTTP/1.1"),
        head("HTTP/1.x 200 OK", "HTTP/1.1"),
        head("http/1.1 200 OK", "HTTP/1.1"),
        head("HTTPS/1.1 200 OK", "HTTP/1.1"),
        head("HELO/1.1 200 OK", "HTTP/1.1"),
        head("ICY 200 OK", "HTTP/1.1"),
        head(" HTTP/1.1 200 OK", "HTTP/1.1"),
        head("\r\nHTTP/1.1 200 OK", "HTTP/1.1"),
        head("\0HTTP/1.1 200 OK", "HTTP/1.1"),
        head("<html>", "HTTP/1.1"),
        head("HTTP/1.1 200 O\0K", "reason"),
        head("HTTP/1.1 200 O\rK", "reason"),
        head("HTTP/1.1 200 OK\r", "0xd"),
        head("HTTP/1.1 200 O\u000bK", "reason"),
        head("HTTP/1.1 200 \u001b[31m", "reason"),
        head("HTTP/1.1 200 \u007f", "reason"),
        head("HTTP/1.1 200 \u000b ", "reason"),
        Arguments.of("a bare LF after the status", "HTTP/1.1 200 OK\nA: b\r\n\r\n", "Line Feed"),
        field("X Sp: a", "name"),
        field("X-A : a", "name"),
        field("X-A\t: a", "name"),
        field(": a", "name"),
        field("X\0A: a", "token"),
        field("X\rA: a", "token"),
        field("X\u00e9: a", "token"),
        field("X\u007f: a", "token"),
        field("X(A): a", "token"),
        field("X/A: a", "token"),
        field("X\"A: a", "token"),
        field("Content-Length\0: 5", "token"),
        field("\u000bX-A: a", "token"),
        field("X-A", "colon"),
        field("X-A: 1\0", ""),
        field("X-A: 1\u0001", ""),
        field("X-A: 1\u0007 2", ""),
        field("X-A: 1\r2", ""),
        field("X-A: 1\r", ""),
        field("X-A: \r", ""),
        field("X-A: 1\u000b2", ""),
        field("X-A: \u000c1", ""),
        field("X-A: \u001b[31m", ""),
        field("X-A: 1\u007f", ""),
        field("X-A: 1\n", "Line Feed"),
        field("X-A: 1\nX-B: 2", "Line Feed"),
        field("X-A: 1\r\n 2", "folded"),
        field("X-A: 1\r\n\tX-B: 2", "folded"),
        field("X-A:\r\n 2", "folded"),
        field("X-A: 1\r\n ", "folded"),
        field(" X-A: 1", "folded"),
        field("X-A: " + "1".repeat(70_000), "longer than"),
        field("Content-Length: +5", ""),
        field("Content-Length: -5", ""),
        field("Content-Length: 0x5", ""),
        field("Content-Length: 5 5", ""),
        field("Content-Length: 5, 5", ""),
        field("Content-Length: 5;", ""),
        field("Content-Length: 5.0", ""),
        field("Content-Length:", ""),
        field("Content-Length: 99999999999999999999", ""),
        field("Content-Length: 5\r\nContent-Length: 5", "Content-Length"),
        field("Content-Length: 5\r\nContent-Length: 6", "Content-Length"),
        field("Content-Length: 5\r\nTransfer-Encoding: chunked", "both"),
        field("Transfer-Encoding: chunked\r\ncontent-length: 0", "both"),
        field("Transfer-Encoding: identity", "chunked, once"),
        field("Transfer-Encoding: identity\r\nContent-Length: 5", "chunked, once"),
        field("Transfer-Encoding: gzip", "chunked, once"),
        field("Transfer-Encoding: gzip, chunked", "chunked, once"),
        field("Transfer-Encoding: chunked, identity", "chunked, once"),
        field("Transfer-Encoding: chunked, chunked", "chunked, once"),
        field("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", "chunked, once"),
        field("Transfer-Encoding: xchunked", "chunked, once"),
        field("Transfer-Encoding: chunked;q=1", "chunked, once"),
        field("Transfer-Encoding: \"chunked\"", "chunked, once"),
        field("Transfer-Encoding:", "chunked, once"),
        Arguments.of(
            "a coding in HTTP/1.0",
            "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "HTTP/1.0"),
        Arguments.of(
            "two lengths in HTTP/1.0",
            "HTTP/1.0 200 OK\r\nContent-Length: 2\r\nContent-Length: 5\r\n\r\nab",
            "Content-Length"),
        head("HTTP/1.1 204 None\r\nTransfer-Encoding: gzip", "chunked, once"),
        head("HTTP/1.1 304 Old\r\nTransfer-Encoding: chunked\r\nContent-Length: 5", "both"),
        head("HTTP/1.1 103 Early\r\nContent-Length: 5", "interim"),
        head("HTTP/1.1 103 Early\r\nTransfer-Encoding: chunked", "interim"),
        head("HTTP/1.1 100 Continue\r\nContent-Length: 5", "interim"),
        head("HTTP/1.1 101 Switch\r\nUpgrade: tea\r\nContent-Length: 5", "a body"),
        head("HTTP/1.1 101 Switch\r\nUpgrade: tea\r\nContent-Length: 0", "a body"),
        head("HTTP/1.1 101 Switch\r\nUpgrade: tea\r\nTransfer-Encoding: chunked", "a body"),
        head("HTTP/1.1 101 Switch\r\nUpgrade: coffee", "another protocol"),
        head("HTTP/1.1 101 Switch\r\nUpgrade: tea, coffee", "another protocol"),
        head("HTTP/1.1 101 Switch\r\nUpgrade: tea\r\nUpgrade: coffee", "another protocol"),
        head("HTTP/1.1 101 Switch\r\nUpgrade: teapot", "another protocol"),
        head("HTTP/1.1 101 Switch\r\nUpgrade: ,", "another protocol"),
        head("HTTP/1.1 101 Switch", "another protocol"));
  }

  @ParameterizedTest
  @MethodSource("malformed")
  void isRefused(String what, String bytes, String reason) {
    asks(tea());
    comes(bytes);
    assertRefused(what, reason);
  }

  @ParameterizedTest
  @MethodSource("malformed")
  void isRefusedHoweverTheBytesCome(String what, String bytes, String reason) {
    asks(tea());
    for (int i = 0; i < bytes.length() && channel.isOpen(); i++) {
      comes(bytes.substring(i, i + 1));
    }
    assertRefused(what, reason);
  }

  @Test
  void aProtocolIsSwitchedToOnlyIfTheClientAskedForIt() {
    asks(new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/"));
    comes("HTTP/1.1 101 Switch\r\nUpgrade: tea\r\n\r\n");
    assertRefused("unasked", "another protocol");
  }

  static Stream<String> wellFormed() {
    return Stream.of(
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200  spaced\tout \r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 Tr\u00e8s bien\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.2 200 OK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 599 Odd\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 418 Teapot\r\ncontent-length:0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: \t 0 \t\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 00\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX-A:\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\n!#$%&'*+-.^_`|~0aZ: \u00e9\u00ff\t\"(,;=\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: CHUNKED\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-A: b\r\n\r\n",
        "HTTP/1.1 204 None\r\nContent-Length: 5\r\n\r\n",
        "HTTP/1.1 204 None\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 304 Old\r\nContent-Length: 5\r\n\r\n",
        "HTTP/1.1 304 Old\r\nTransfer-Encoding: chunked\r\n\r\n");
  }

  @ParameterizedTest
  @MethodSource("wellFormed")
  void isReadToItsEndHoweverTheBytesCome(String bytes) {
    asks(tea());
    comes(bytes);
    assertRead();
    asks(tea());
    for (int i = 0; i < bytes.length(); i++) {
      comes(bytes.substring(i, i + 1));
    }
    assertRead();
  }

  @Test
  void interimResponsesComeBeforeTheResponse() {
    asks(tea());
    comes("HTTP/1.1 103 Early\r\nContent-Length: 0\r\n\r\nHTTP/1.1 100 Go\r\n\r\n");
    comes(OK + "Content-Length: 0\r\n\r\n");
    assertThat(received().stream().filter(HttpResponse.class::isInstance)).hasSize(3);
    assertThat(channel.isOpen()).isTrue();
  }

  @Test
  void interimResponsesWithoutEndAreRefused() {
    asks(tea());
    for (int i = 0; i < 1000; i++) {
      comes("HTTP/1.1 102 Processing\r\n\r\n");
    }
    received();
    comes("HTTP/1.1 102 Processing\r\n\r\n");
    assertRefused("one too many", "interim responses are more than 1000");
  }

  @Test
  void interimResponsesWithoutEndAreRefusedByTheirLengthToo() {
    asks(tea());
    comes("HTTP/1.1 103 Early\r\nLink: " + "x".repeat(60_000) + "\r\n\r\n");
    received();
    comes("HTTP/1.1 103 Early\r\nLink: " + "x".repeat(6_000) + "\r\n\r\n");
    assertRefused("too long", "longer than 65536 bytes in all");
  }

  @Test
  void theResponseToHeadEndsWithItsHead() {
    asks(new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.HEAD, "/"));
    comes(OK + "Content-Length: 5\r\n\r\n");
    assertRead();
  }

  @Test
  void bytesAreBytesAfterTheSwitchThatWasAsked() {
    asks(tea());
    comes("HTTP/1.1 101 Switch\r\nUpgrade: TEA\r\n\r\nmilk");
    comes("sugar");
    List<Object> received = received();
    assertThat(received).hasSizeGreaterThan(2);
    assertThat(((HttpResponse) received.getFirst()).decoderResult().isSuccess()).isTrue();
    assertThat(channel.isOpen()).isTrue();
    received.forEach(ReferenceCountUtil::release);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil",
        "HTTP/1.1 302 Found\r\nLocation: /evil\r\nSet-Cookie: a=b\r\nX: ",
        "\r\n",
        "x",
      })
  void whatComesWhenNothingWasAskedClosesTheConnection(String unasked) {
    comes(unasked);
    assertThat(channel.isOpen()).isFalse();
    assertThat(received()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET 200", "HEAD 200", "GET 204", "GET 304"})
  void whatComesAfterTheResponseClosesTheConnection(String which) {
    asks(
        new DefaultHttpRequest(
            HttpVersion.HTTP_1_1, HttpMethod.valueOf(which.split(" ", 2)[0]), "/"));
    comes("HTTP/1.1 " + which.split(" ", 2)[1] + " X\r\nContent-Length: 0\r\n\r\n");
    assertRead();
    comes("HTTP/1.1 3");
    assertThat(channel.isOpen()).isFalse();
    assertThat(received()).isEmpty();
  }

  @Test
  void whatComesBehindTheResponseInOneReadIsDropped() {
    asks(tea());
    comes(OK + "Content-Length: 2\r\n\r\nok" + OK + "Content-Length: 4\r\n\r\nevil");
    List<Object> received = received();
    assertThat(received.stream().filter(HttpResponse.class::isInstance)).hasSize(1);
    assertThat(channel.isOpen()).isFalse();
    received.forEach(ReferenceCountUtil::release);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0x5\r\n12345\r\n0\r\n\r\n",
        "-5\r\n12345\r\n0\r\n\r\n",
        "fffffffffffffffff\r\n",
        "five\r\n12345\r\n0\r\n\r\n",
        "\r\n12345\r\n0\r\n\r\n",
        "5\n12345\r\n0\r\n\r\n",
        "5\r\n123456\r\n0\r\n\r\n",
        "0\r\nX A: b\r\n\r\n",
        "0\r\n: b\r\n\r\n",
        "0\r\nX-A : b\r\n\r\n",
        "0\r\nX-A: b\n\r\n",
        "0\r\nX-A: b\0\r\n\r\n",
      })
  void whatIsNoChunkIsRefusedInTheBody(String chunks) {
    asks(tea());
    comes(OK + "Transfer-Encoding: chunked\r\n\r\n" + chunks);
    List<Object> received = received();
    assertThat(((HttpObject) received.getLast()).decoderResult().isFailure()).isTrue();
    received.forEach(ReferenceCountUtil::release);
  }

  private static Arguments head(String head, String reason) {
    return Arguments.of(shown(head), head + "\r\n\r\n", reason);
  }

  private static Arguments field(String field, String reason) {
    return Arguments.of(shown(field), OK + field + "\r\n\r\n", reason);
  }

  private static String shown(String bytes) {
    return bytes.substring(0, Math.min(60, bytes.length())).replaceAll("\\p{Cntrl}", "?");
  }

  private static HttpRequest tea() {
    HttpRequest request = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/");
    request.headers().set(HttpHeaderNames.UPGRADE, "milk, tea");
    return request;
  }

  private void asks(HttpRequest request) {
    codec.asks(request);
  }

  private void comes(String bytes) {
    channel.writeInbound(Unpooled.copiedBuffer(bytes, StandardCharsets.ISO_8859_1));
  }

  private List<Object> received() {
    List<Object> received = new ArrayList<>();
    for (Object next = channel.readInbound(); next != null; next = channel.readInbound()) {
      received.add(next);
    }
    return received;
  }

  private void assertRead() {
    List<Object> received = received();
    assertThat(received.getFirst()).isInstanceOf(HttpResponse.class);
    assertThat(received.getLast()).isInstanceOf(LastHttpContent.class);
    assertThat(received)
        .allSatisfy(each -> assertThat(((HttpObject) each).decoderResult().isSuccess()).isTrue());
    assertThat(codec.hasMore()).isFalse();
    assertThat(channel.isOpen()).isTrue();
    received.forEach(ReferenceCountUtil::release);
  }

  private void assertRefused(String what, String reason) {
    List<Object> received = received();
    assertThat(received).as(what).isNotEmpty();
    HttpResponse head = (HttpResponse) received.getFirst();
    assertThat(head.decoderResult().isFailure()).as(what).isTrue();
    assertThat(ResponseCodec.reason(head.decoderResult().cause())).as(what).contains(reason);
    // Nothing of it is read on.
    if (channel.isOpen()) {
      comes(OK + "\r\n");
    }
    assertThat(received()).as(what).isEmpty();
    assertThat(channel.isOpen()).isFalse();
    received.forEach(ReferenceCountUtil::release);
  }
}
