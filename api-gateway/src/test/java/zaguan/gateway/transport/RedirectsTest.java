package zaguan.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micronaut.runtime.server.EmbeddedServer;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import zaguan.gateway.catalog.Catalog;

/** Where responses lead clients. */
@Timeout(60)
class RedirectsTest extends GatewayByItself {

  RedirectsTest() throws IOException {}

  @Test
  void aServerThatKnowsNoPrefixLeadsItsClientsBackThroughTheGateway() throws Exception {
    ScriptedInstance.Script redirect =
        (in, out) -> {
          ScriptedInstance.write(out, "HTTP/1.1 301 Moved Permanently\r\n");
          ScriptedInstance.write(out, "Location: http://" + hostSent + "/dir/\r\n");
          ScriptedInstance.write(out, "Content-Location: /dir.html\r\nContent-Length: 0\r\n\r\n");
        };
    try (ScriptedInstance upstream = up(new ScriptedInstance(redirect))) {
      hostSent = "127.0.0.1:" + upstream.port();
      assertThat(raw(lines("GET /up/dir HTTP/1.1", "Host: shop.example:8080", "Connection: close")))
          .contains("\r\nlocation: http://shop.example:8080/up/dir/\r\n")
          .contains("\r\ncontent-location: /up/dir.html\r\n");
      assertThat(
              raw(
                  lines(
                      "GET /up/dir HTTP/1.1",
                      "Host: gateway",
                      "Connection: close",
                      "X-Forwarded-For: 192.0.2.7",
                      "X-Forwarded-Proto: https",
                      "X-Forwarded-Host: public.example, inner.example")))
          .contains("\r\nlocation: https://public.example/up/dir/\r\n");
      assertThat(raw(lines("GET /up/dir HTTP/1.0"))).contains("\r\nlocation: /up/dir/\r\n");
    }
  }

  @Test
  void aCreatedResourceIsBelowThePrefixToo() throws Exception {
    String created = lines("HTTP/1.1 201 Created", "Location: /orders/5", "Content-Length: 0");
    try (ScriptedInstance upstream = up(ScriptedInstance.answering(created))) {
      assertThat(
              raw(
                  lines(
                      "POST /up/orders HTTP/1.1",
                      "Host: h",
                      "Connection: close",
                      "Content-Length: 0")))
          .contains("\r\nlocation: /up/orders/5\r\n");
      assertThat(upstream.heads()).hasSize(1);
    }
  }

  @Test
  void aServiceMaySayThatItsLocationsAreMeant() throws Exception {
    String response =
        lines(
            "HTTP/1.1 302 Found",
            "Location: /login",
            "Content-Location: /login",
            "Content-Length: 0");
    try (ScriptedInstance upstream =
        new ScriptedInstance((in, out) -> ScriptedInstance.write(out, response))) {
      consul.register("up-1", "up", upstream.port(), Map.of("rewrite-location", "off"), "passing");
      Catalog catalog = gateway.getApplicationContext().getBean(Catalog.class);
      await().until(() -> catalog.current().services().containsKey("up"));
      assertThat(raw(lines("GET /up/ HTTP/1.1", "Host: h", "Connection: close")))
          .contains("\r\nLocation: /login\r\n")
          .contains("\r\nContent-Location: /login\r\n");
    }
  }

  @Test
  void aGatewayMaySayItForAllServices() throws Exception {
    String response = lines("HTTP/1.1 302 Found", "Location: /login", "Content-Length: 0");
    try (ScriptedInstance upstream = up(ScriptedInstance.answering(response));
        EmbeddedServer other = another(Map.of("gateway.rewrite-location", "off"))) {
      await()
          .untilAsserted(
              () ->
                  assertThat(
                          raw(
                              other.getPort(),
                              lines("GET /up/ HTTP/1.1", "Host: h", "Connection: close")))
                      .contains("\r\nLocation: /login\r\n"));
      assertThat(upstream.heads()).isNotEmpty();
    }
  }

  private volatile String hostSent = "";
}
