package zaguan.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Versions of the protocol, and methods that a gateway answers itself. */
@Timeout(60)
class MethodsTest extends GatewayByItself {

  private static final String ALLOW = "allow: get, head, post, put, patch, delete, options\r\n";

  MethodsTest() throws IOException {}

  @ParameterizedTest
  @ValueSource(strings = {"HTTP/1.2", "HTTP/1.9"})
  void aNewerMinorVersionIsReadAsHttp11(String version) throws Exception {
    try (ScriptedInstance upstream =
        up(new ScriptedInstance((in, out) -> ScriptedInstance.write(out, OK), true))) {
      String answer =
          raw(
              lines("POST /up/1 " + version, "Host: h", "Transfer-Encoding: chunked")
                  + "0\r\n\r\n"
                  + lines("GET /up/2 " + version, "Host: h", "Connection: close"));
      assertThat(answer.split("HTTP/1.1 200 ", -1)).hasSize(3);
      assertThat(upstream.heads().getLast())
          .startsWith("GET /2 HTTP/1.1\r\n")
          .contains("via: 1.1 zaguan\r\n");
      assertThat(raw(lines("GET /up/ " + version))).startsWith("HTTP/1.1 400 ");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP/9.9", "HTTP/2.0", "HTTP/3.0", "HTTP/0.9", "HTTP/0.0"})
  void anotherMajorVersionIs505(String version) throws Exception {
    try (ScriptedInstance upstream = up(ScriptedInstance.answering(OK))) {
      assertThat(
              raw(lines("GET /up/ " + version, "Host: h") + lines("GET /up/ HTTP/1.1", "Host: h")))
          .startsWith("HTTP/1.1 505 ")
          .contains("application/problem+json")
          .contains("The request is in " + version)
          .doesNotContain(" 200 ");
      assertThat(raw(lines("GET /up/ " + version))).startsWith("HTTP/1.1 505 ");
      assertThat(upstream.heads()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"*", "http://h", "HTTP://h:80"})
  void optionsOfTheGatewayAreAnsweredAndTheConnectionStays(String target) throws Exception {
    String answer =
        raw(
            lines("OPTIONS " + target + " HTTP/1.1", "Host: h")
                + lines("OPTIONS " + target + " HTTP/1.1", "Host: h", "Content-Length: 2")
                + "ab"
                + lines("GET /nobody/ HTTP/1.1", "Host: h", "Connection: close"));
    assertThat(answer.split("HTTP/1.1 ", -1))
        .satisfiesExactly(
            before -> assertThat(before).isEmpty(),
            first -> assertAllowed(first),
            second -> assertAllowed(second),
            third -> assertThat(third).startsWith("404 "));
  }

  @Test
  void optionsThatMayNotBeForwardedAreAnsweredByTheGateway() throws Exception {
    try (ScriptedInstance upstream = up(ScriptedInstance.answering(OK))) {
      for (String path : new String[] {"/up/", "/nobody/", "/"}) {
        assertAllowed(
            raw(lines(
                    "OPTIONS " + path + " HTTP/1.1",
                    "Host: h",
                    "Max-Forwards: 0",
                    "Connection: close"))
                .substring("HTTP/1.1 ".length()));
      }
      assertThat(upstream.heads()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 0", "10, 9", "007, 6", "99999999999999999999, 999"})
  void optionsAreForwardedOnceLess(String comes, String goes) throws Exception {
    try (ScriptedInstance upstream = up(ScriptedInstance.answering(OK))) {
      assertThat(optionsWith("Max-Forwards: " + comes)).startsWith("HTTP/1.1 200 ");
      assertThat(upstream.heads().getLast().toLowerCase(Locale.ROOT))
          .startsWith("options / http/1.1\r\n")
          .contains("\r\nmax-forwards: " + goes + "\r\n");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "+1", "1.0", "one", "", "1, 1", "1\r\nMax-Forwards: 1"})
  void maxForwardsThatIsNoNumberIs400(String value) throws Exception {
    try (ScriptedInstance upstream = up(ScriptedInstance.answering(OK))) {
      assertThat(optionsWith("Max-Forwards: " + value)).startsWith("HTTP/1.1 400 ");
      assertThat(upstream.heads()).isEmpty();
    }
  }

  @Test
  void maxForwardsOfOtherMethodsIsNotRead() throws Exception {
    try (ScriptedInstance upstream = up(ScriptedInstance.answering(OK))) {
      assertThat(raw(lines("GET /up/ HTTP/1.1", "Host: h", "Max-Forwards: 0", "Connection: close")))
          .startsWith("HTTP/1.1 200 ");
      assertThat(upstream.heads().getLast().toLowerCase(Locale.ROOT))
          .contains("max-forwards: 0\r\n");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/up/", "/nobody/", "/", "/-/health", "http://h/up/"})
  void traceIs405WhateverThePath(String target) throws Exception {
    try (ScriptedInstance upstream = up(ScriptedInstance.answering(OK))) {
      for (String more : new String[] {"X-A: 1", "Max-Forwards: 0", "Max-Forwards: 3"}) {
        assertThat(
                raw(lines("TRACE " + target + " HTTP/1.1", "Host: h", more, "Connection: close"))
                    .toLowerCase(Locale.ROOT))
            .startsWith("http/1.1 405 ")
            .contains(ALLOW)
            .contains("application/problem+json");
      }
      assertThat(upstream.heads()).isEmpty();
    }
  }

  @Test
  void connectIsNotImplemented() throws Exception {
    assertThat(raw(lines("CONNECT h:443 HTTP/1.1", "Host: h:443"))).startsWith("HTTP/1.1 501 ");
  }

  @Test
  void otherMethodsPass() throws Exception {
    try (ScriptedInstance upstream = up(ScriptedInstance.answering(OK))) {
      for (String method : new String[] {"PROPFIND", "get", "M-SEARCH", "OPTIONS"}) {
        assertThat(raw(lines(method + " /up/a HTTP/1.1", "Host: h", "Connection: close")))
            .startsWith("HTTP/1.1 200 ");
        assertThat(upstream.heads().getLast()).startsWith(method + " /a HTTP/1.1\r\n");
      }
    }
  }

  @Test
  void theAuthorityOfTheTargetIsTheHost() throws Exception {
    try (ScriptedInstance upstream = up(ScriptedInstance.answering(OK))) {
      for (String host : new String[] {"shop.example", "shop.example:8080", "[::1]:80", "a%2Db"}) {
        assertThat(
                raw(
                    lines(
                        "GET Http://" + host + "/up/a?b HTTP/1.1",
                        "Host: other.example",
                        "Connection: close")))
            .startsWith("HTTP/1.1 200 ");
        assertThat(upstream.heads().getLast().toLowerCase(Locale.ROOT))
            .startsWith("get /a?b http/1.1\r\n")
            .contains("x-forwarded-host: " + host.toLowerCase(Locale.ROOT) + "\r\n")
            .doesNotContain("other.example");
      }
    }
  }

  @Test
  void aBackslashMayBeInAQuery() throws Exception {
    try (ScriptedInstance upstream = up(ScriptedInstance.answering(OK))) {
      assertThat(raw(lines("GET /up/?a=\\b HTTP/1.1", "Host: h", "Connection: close")))
          .startsWith("HTTP/1.1 200 ");
      assertThat(upstream.heads().getLast()).startsWith("GET /?a=\\b HTTP/1.1\r\n");
    }
  }

  @Test
  void inHttp10ThereIsNeitherUpgradeNorExpect() throws Exception {
    try (ScriptedInstance upstream = up(ScriptedInstance.answering(OK))) {
      assertThat(
              raw(
                  lines(
                          "POST /up/ HTTP/1.0",
                          "Connection: Upgrade",
                          "Upgrade: websocket",
                          "Expect: 100-continue",
                          "Content-Length: 2")
                      + "ab"))
          .startsWith("HTTP/1.1 200 ");
      await().until(() -> upstream.heads().size() == 1);
      assertThat(upstream.heads().getFirst().toLowerCase(Locale.ROOT))
          .contains("content-length: 2\r\n")
          .doesNotContain("upgrade")
          .doesNotContain("expect");
    }
  }

  private String optionsWith(String field) throws IOException {
    return raw(lines("OPTIONS /up/ HTTP/1.1", "Host: h", field, "Connection: close"));
  }

  private static void assertAllowed(String answer) {
    assertThat(answer.toLowerCase(Locale.ROOT))
        .startsWith("204 ")
        .contains(ALLOW)
        .endsWith("\r\n\r\n")
        .doesNotContain("content-length")
        .doesNotContain("transfer-encoding");
  }
}
