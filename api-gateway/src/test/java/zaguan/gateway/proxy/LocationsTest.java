package zaguan.gateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micronaut.runtime.server.EmbeddedServer;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import zaguan.gateway.catalog.Catalog;

/** Where responses lead clients. */
@Timeout(60)
class LocationsTest extends GatewayByItself {

  LocationsTest() throws IOException {}

  @ParameterizedTest
  @CsvSource({
    // The instance by its address.
    "http://127.0.0.1:19215/dir/, https://shop.example/www/dir/",
    "HTTP://127.0.0.1:19215/dir/?a=/b#c, https://shop.example/www/dir/?a=/b#c",
    "https://127.0.0.1:19215/dir/, https://shop.example/www/dir/",
    "//127.0.0.1:19215/dir/, //shop.example/www/dir/",
    "http://127.0.0.1:19215, https://shop.example/www/",
    "http://127.0.0.1:19215?a, https://shop.example/www/?a",
    "http://127.0.0.1:19215#a, https://shop.example/www/#a",
    "http://127.0.0.1:19215/www/dir/, https://shop.example/www/dir/",
    "http://127.0.0.1:19215/www, https://shop.example/www",
    // A path of the service.
    "/dir/, /www/dir/",
    "/, /www/",
    "/?a, /www/?a",
    "/wwwroot/, /www/wwwroot/",
    "/ww, /www/ww",
    "/WWW/, /www/WWW/",
    "/a//b/../c, /www/a//b/../c",
    // Below the prefix already.
    "/www, /www",
    "/www/, /www/",
    "/www/dir/?a, /www/dir/?a",
    "/www?a, /www?a",
    "/www#a, /www#a",
    // Others.
    "http://127.0.0.1:1921/dir/, http://127.0.0.1:1921/dir/",
    "http://127.0.0.1:192150/dir/, http://127.0.0.1:192150/dir/",
    "http://127.0.0.1/dir/, http://127.0.0.1/dir/",
    "http://127.0.0.1:19215.evil.example/, http://127.0.0.1:19215.evil.example/",
    "http://127.0.0.1:19215@evil.example/, http://127.0.0.1:19215@evil.example/",
    "http://other.example/dir/, http://other.example/dir/",
    "https://shop.example/login, https://shop.example/login",
    "//other.example/dir/, //other.example/dir/",
    "ftp://127.0.0.1:19215/dir/, ftp://127.0.0.1:19215/dir/",
    "mailto:a@b.example, mailto:a@b.example",
    "http:/dir, http:/dir",
    "http://, http://",
    // Relative to what was asked.
    "dir/, dir/",
    "../dir/, ../dir/",
    "./, ./",
    "?a=b, ?a=b",
    "#a, #a",
  })
  void prefixAndPublicHostArePutBack(String said, String meant) {
    Locations locations = new Locations("/www", "127.0.0.1:19215", "https", "shop.example");
    assertThat(locations.toPublic(said)).isEqualTo(meant);
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.7:80, http://10.0.0.7/dir/, http://h/shop/www/dir/",
    "10.0.0.7:80, http://10.0.0.7:80/dir/, http://h/shop/www/dir/",
    "10.0.0.7:80, //10.0.0.7/dir/, //h/shop/www/dir/",
    "10.0.0.7:80, https://10.0.0.7/dir/, https://10.0.0.7/dir/",
    "10.0.0.7:443, https://10.0.0.7/dir/, http://h/shop/www/dir/",
    "10.0.0.7:8080, http://10.0.0.7:80/dir/, http://10.0.0.7:80/dir/",
    "[fd00::7]:8080, http://[fd00::7]:8080/dir/, http://h/shop/www/dir/",
    "[fd00::7]:80, http://[FD00::7]/dir/, http://h/shop/www/dir/",
    "node.example:8080, http://NODE.example:8080/, http://h/shop/www/",
    "node.example:8080, /shop/www/dir/, /shop/www/dir/",
    "node.example:8080, /shop/dir/, /shop/www/shop/dir/",
  })
  void theInstanceIsNamedByItsAddressAsItIsRegistered(String address, String said, String meant) {
    assertThat(new Locations("/shop/www", address, "http", "h").toPublic(said)).isEqualTo(meant);
  }

  @Test
  void withoutAPublicHostThePathIsSaidAlone() {
    Locations locations = new Locations("/www", "127.0.0.1:19215", "http", null);
    assertThat(locations.toPublic("http://127.0.0.1:19215/dir/")).isEqualTo("/www/dir/");
    assertThat(locations.toPublic("http://127.0.0.1:19215")).isEqualTo("/www/");
    assertThat(locations.toPublic("http://other.example/")).isEqualTo("http://other.example/");
  }

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
