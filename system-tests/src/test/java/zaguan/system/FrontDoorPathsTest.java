package zaguan.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a gateway serves of its own stays behind the front door. */
@Timeout(120)
class FrontDoorPathsTest {

  private final Platform platform = Platform.shared();

  @TempDir private Path folder;

  @BeforeEach
  void awaitRest() {
    platform.awaitRest();
  }

  @Test
  void aGatewayItselfAnswersThem() throws Exception {
    URI gateway = platform.gateways().addresses().getFirst();
    assertThat(Http.get(gateway.resolve("/-/health")).statusCode()).isEqualTo(200);
    HttpResponse<String> byName = Http.get(gateway.resolve("/-/services/greeter/hello/Ada"));
    assertThat(byName.statusCode()).isEqualTo(200);
    assertThat(byName.body()).contains("Ada");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/-/health",
        "/-/idle?a=b",
        "/-/services/greeter/hello/Ada",
        "/%2d/services/greeter/hello/Ada",
        "/greeter/../-/services/greeter/",
        "//-/services/greeter/",
        "/-/used?service=greeter",
        "/-/",
        "/-",
        "/-?a",
        "/-;a=b/health",
        "//-/health",
        "/./-/health",
        "/../-/health",
        "/greeter/../-/health",
        "/%2d/health",
        "/%2D/health",
        "/%2f-%2fhealth",
        "/greeter/%2e%2e/%2d/health",
        "/-/health%zz",
        "/%2d/health%zz",
        "/\\-\\health",
        "http://h/-/health",
        "http://h//-/health",
        "https://h/-/health",
      })
  void noSpellingOfThemPassesTheFrontDoor(String target) throws Exception {
    for (String version : new String[] {"1.0", "1.1"}) {
      assertNotServed(
          RawRequest.answer(
              platform.frontDoor().address(),
              "GET " + target + " HTTP/" + version + "\r\nHost: h\r\nConnection: close\r\n\r\n"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "HEAD", "OPTIONS", "DELETE"})
  void noMethodDoes(String method) throws Exception {
    for (String path :
        new String[] {"/-/idle", "/-/used?service=greeter", "/-/services/greeter/"}) {
      assertThat(
              RawRequest.answer(
                  platform.frontDoor().address(),
                  method + " " + path + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"))
          .startsWith("HTTP/1.1 404 ");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/greeter/-/hello", "/-greeter/hello", "/greeter/-"})
  void aHyphenElsewhereIsTheServicesMatter(String path) throws Exception {
    HttpResponse<String> answer = platform.frontDoor().get(path);
    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(answer.body()).doesNotContain("front door");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/?a", "http://h/", "http://h", "http://h/?a"})
  void theListOfRoutesIsForThisMachineOnly(String target) throws Exception {
    String request = "GET " + target + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
    assertThat(RawRequest.answer(platform.frontDoor().address(), request))
        .startsWith("HTTP/1.1 200 ")
        .contains("\"greeter\"");
    try (OwnFrontDoor outside =
        new OwnFrontDoor(
            folder, OwnFrontDoor.free(otherThanLoopback()), platform.dns().address(), Map.of())) {
      Eventually.is(() -> Http.get(outside.uri("/greeter/hello/Ada")).statusCode(), 200);
      assertNotServed(RawRequest.answer(outside.address(), request));
    }
  }

  private static void assertNotServed(String answer) {
    assertThat(answer)
        .startsWith("HTTP/1.1 404 ")
        .contains("\r\ncontent-type: application/problem+json\r\n")
        .contains("\"status\":404")
        .contains("front door");
  }

  /** Another address of this machine than loopback; a client of it has the same address. */
  private static InetAddress otherThanLoopback() throws IOException {
    return NetworkInterface.networkInterfaces()
        .flatMap(NetworkInterface::inetAddresses)
        .filter(each -> each instanceof Inet4Address && !each.isLoopbackAddress())
        .findFirst()
        .orElseThrow(() -> new IOException("this machine has no address but loopback's"));
  }
}
