package zaguan.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micronaut.runtime.server.EmbeddedServer;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an instance is told of a request's name and origin, and what its client is. */
@Timeout(60)
class FieldsTest extends GatewayByItself {

  private static final Pattern ID = Pattern.compile("(?i)\r\nx-request-id: ([^\r]*)\r\n");
  private static final String UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";

  FieldsTest() throws IOException {}

  @Test
  void aTrustedProxysRequestIdIsKeptAndAnswered() throws Exception {
    try (ScriptedInstance upstream =
        up(ScriptedInstance.answering(lines("HTTP/1.1 204 No Content", "X-Request-ID: its-own")))) {
      String answer = raw(asking("X-Request-ID: mine", "Connection: X-Request-ID"));
      assertThat(id(upstream.heads().getFirst())).isEqualTo("mine");
      assertThat(id(answer)).isEqualTo("mine");
    }
  }

  @Test
  void severalRequestIdsOrOneThatIsNoneAreReplacedByOne() throws Exception {
    try (ScriptedInstance upstream = up(ScriptedInstance.answering(OK))) {
      String answer = raw(asking("X-Request-ID: mine", "X-Request-ID: other"));
      assertThat(id(answer)).matches(UUID);
      assertThat(id(upstream.heads().getLast())).isEqualTo(id(answer));
      answer = raw(asking("X-Request-ID: two words"));
      assertThat(id(answer)).matches(UUID);
      assertThat(id(upstream.heads().getLast())).isEqualTo(id(answer));
    }
  }

  @Test
  void whoeverIsNotTrustedGetsAnotherRequestId() throws Exception {
    try (ScriptedInstance upstream = up(ScriptedInstance.answering(OK));
        EmbeddedServer distrusting = another(Map.of("gateway.trusted-proxies", "10.0.0.0/8"))) {
      await().until(() -> get(distrusting, "/up/").statusCode() == 200);
      String answer = raw(distrusting.getPort(), asking("X-Request-ID: mine"));
      assertThat(id(answer)).matches(UUID);
      assertThat(id(upstream.heads().getLast())).isEqualTo(id(answer));
    }
  }

  @Test
  void theGatewaysOwnAnswersCarryTheRequestIdToo() throws Exception {
    assertThat(
            id(
                raw(
                    lines(
                        "GET /nobody/ HTTP/1.1",
                        "Host: h",
                        "Connection: close",
                        "X-Request-ID: a"))))
        .isEqualTo("a");
    assertThat(
            id(
                raw(
                    lines(
                        "GET /-/health/liveness HTTP/1.1",
                        "Host: h",
                        "Connection: close",
                        "X-Request-ID: b"))))
        .isEqualTo("b");
    assertThat(id(raw(lines("GET /up/ HTTP/1.1", "X-Request-ID: c")))).isEqualTo("c");
    assertThat(id(raw("no HTTP\r\n\r\n"))).matches(UUID);
  }

  @Test
  void eachRequestOfAConnectionHasItsOwnRequestId() throws Exception {
    try (ScriptedInstance upstream =
        up(new ScriptedInstance((in, out) -> ScriptedInstance.write(out, OK), true))) {
      String answer =
          raw(
              lines("GET /up/1 HTTP/1.1", "Host: h", "X-Request-ID: first")
                  + lines("GET /nobody/ HTTP/1.1", "Host: h")
                  + lines("GET /up/2 HTTP/1.1", "Host: h", "Connection: close"));
      Matcher ids = ID.matcher(answer);
      assertThat(ids.results().map(each -> each.group(1)).distinct()).hasSize(3).contains("first");
      assertThat(upstream.heads()).hasSize(2);
    }
  }

  @Test
  void interimResponsesAndUpgradesCarryTheRequestId() throws Exception {
    ScriptedInstance.Script script =
        (in, out) -> {
          ScriptedInstance.write(
              out, lines("HTTP/1.1 103 Early Hints", "Link: </a.css>", "X-Request-ID: its-own"));
          ScriptedInstance.write(
              out,
              lines(
                  "HTTP/1.1 101 Switching Protocols",
                  "Connection: Upgrade",
                  "Upgrade: websocket",
                  "X-Request-ID: its-own"));
        };
    try (ScriptedInstance upstream = up(new ScriptedInstance(script))) {
      String answer =
          raw(
              lines(
                  "GET /up/ HTTP/1.1",
                  "Host: h",
                  "Connection: Upgrade",
                  "Upgrade: websocket",
                  "X-Request-ID: mine"));
      assertThat(answer).contains(" 103 ").contains(" 101 ").doesNotContain("its-own");
      assertThat(ID.matcher(answer).results().map(each -> each.group(1)))
          .containsExactly("mine", "mine");
      assertThat(upstream.heads()).hasSize(1);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "X_Forwarded_For, 6.6.6.6",
    "X-Forwarded_For, 6.6.6.6",
    "X_FORWARDED_HOST, evil.example",
    "X_Real_IP, 6.6.6.6",
    "X_Request_ID, 6.6.6.6",
    "X.Forwarded.For, 6.6.6.6",
    "Content_Length, 6666",
    "Transfer_Encoding, evil-chunked",
    "Proxy, http://evil.example/",
  })
  void whatServersOfCgiTakeForAnotherFieldIsDroppedWhoeverSaysIt(String name, String value)
      throws Exception {
    try (ScriptedInstance upstream = up(ScriptedInstance.answering(OK));
        EmbeddedServer distrusting = another(Map.of("gateway.trusted-proxies", "10.0.0.0/8"))) {
      await().until(() -> get(distrusting, "/up/").statusCode() == 200);
      for (int port : new int[] {gateway.getPort(), distrusting.getPort()}) {
        assertThat(raw(port, asking(name + ": " + value, "my_field: stays")))
            .startsWith("HTTP/1.1 200 ");
        assertThat(upstream.heads().getLast())
            .doesNotContain(value)
            .doesNotContainIgnoringCase("\r\n" + name + ":")
            .contains("my_field: stays");
      }
    }
  }

  @Test
  void nothingThatSomebodySaysOfItsOriginPassesUnlessItIsTrusted() throws Exception {
    try (ScriptedInstance upstream = up(ScriptedInstance.answering(OK));
        EmbeddedServer distrusting = another(Map.of("gateway.trusted-proxies", "10.0.0.0/8"))) {
      await().until(() -> get(distrusting, "/up/").statusCode() == 200);
      String claim =
          asking(
              "X-Forwarded-User: evil",
              "x-forwarded-client-cert: evil",
              "X-Forwarded-Port: evil",
              "X-Forwarded-For: evil",
              "X-Forwarded-For: evil",
              "X-Real-IP: evil",
              "Forwarded: for=evil");
      raw(distrusting.getPort(), claim);
      assertThat(upstream.heads().getLast()).doesNotContain("evil");
      raw(claim);
      assertThat(upstream.heads().getLast()).contains("X-Forwarded-User: evil");
    }
  }

  @Test
  void whatATrustedProxyDoesNotSayIsTakenFromTheRequest() throws Exception {
    assertOrigin(
        "X-Forwarded-For: 192.0.2.7",
        "x-forwarded-for: 192.0.2.7",
        "x-forwarded-proto: http",
        "x-forwarded-host: shop.example:81",
        "forwarded: for=192.0.2.7;host=\"shop.example:81\";proto=http");
    assertOrigin(
        "X-Forwarded-Proto: https",
        "x-forwarded-for: 127.0.0.1",
        "x-forwarded-proto: https",
        "x-forwarded-host: shop.example:81",
        "forwarded: for=127.0.0.1;host=\"shop.example:81\";proto=https");
    assertOrigin(
        "X-Forwarded-Host: public.example",
        "x-forwarded-for: 127.0.0.1",
        "x-forwarded-proto: http",
        "x-forwarded-host: public.example",
        "forwarded: for=127.0.0.1;host=\"public.example\";proto=http");
    assertOrigin(
        "X-Forwarded-For:\r\nX-Forwarded-Host: ",
        "x-forwarded-for: 127.0.0.1",
        "x-forwarded-proto: http",
        "x-forwarded-host: shop.example:81",
        "forwarded: for=127.0.0.1;host=\"shop.example:81\";proto=http");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "192.0.2.7, 10.0.0.1 ~ for=192.0.2.7",
        "192.0.2.7:47011 ~ for=\"192.0.2.7:47011\"",
        "2001:db8::7 ~ for=\"[2001:db8::7]\"",
        "[2001:db8::7]:47011 ~ for=\"[2001:db8::7]:47011\"",
        "[2001:db8::7] ~ for=\"[2001:db8::7]\"",
        "_hidden ~ for=_hidden",
        "unknown ~ for=unknown",
        "a\"b;host=\\ ~ for=\"a\\\"b;host=\\\\\"",
        ", 10.0.0.1 ~ for=unknown",
      })
  void whereATrustedProxySaysTheRequestCameFromIsOneValueOfForwarded(String said, String meant)
      throws Exception {
    try (ScriptedInstance upstream = up(ScriptedInstance.answering(OK))) {
      raw(asking("X-Forwarded-For: " + said));
      assertThat(upstream.heads().getFirst())
          .contains("\r\nforwarded: " + meant + ";host=\"shop.example:81\";proto=http\r\n");
    }
  }

  @Test
  void whatATrustedProxySaysDoesNotEscapeFromItsQuotes() throws Exception {
    assertOrigin(
        "X-Forwarded-Host: a\";for=\"6.6.6.6, b\r\nX-Forwarded-Proto: https;by=x, http",
        "forwarded: for=127.0.0.1;host=\"a\\\";for=\\\"6.6.6.6\";proto=\"https;by=x\"");
  }

  private void assertOrigin(String said, String... told) throws Exception {
    try (ScriptedInstance upstream = up(ScriptedInstance.answering(OK))) {
      await().until(() -> get("/up/").statusCode() == 200);
      raw(asking(said));
      for (String each : told) {
        assertThat(upstream.heads().getLast().toLowerCase(Locale.ROOT))
            .containsOnlyOnce("\r\n" + each + "\r\n");
      }
      consul.deregister("up-1");
      await().until(() -> get("/up/").statusCode() == 503);
    }
  }

  private static String asking(String... fields) {
    return lines(
        "GET /up/ HTTP/1.1",
        "Host: shop.example:81",
        "Connection: close",
        String.join("\r\n", fields));
  }

  /** The one in a head. */
  private static String id(String head) {
    Matcher matcher = ID.matcher(head);
    assertThat(matcher.find()).as(head).isTrue();
    String id = matcher.group(1);
    assertThat(matcher.find()).as(head).isFalse();
    return id;
  }
}
