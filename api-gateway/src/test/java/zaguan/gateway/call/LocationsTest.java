package zaguan.gateway.call;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocationsTest {

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
}
