package zaguan.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How long heads may be, through HAProxy and a gateway. */
@Timeout(120)
class FrontDoorHeadsTest {

  private final Platform platform = Platform.shared();
  private HttpServer instance;

  @BeforeEach
  void register() throws Exception {
    platform.awaitRest();
    instance = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    instance.createContext("/", FrontDoorHeadsTest::answer);
    instance.start();
    platform.consul().register("heads", instance.getAddress().getPort());
    Eventually.is(() -> platform.gateways().instancesOf("heads"), List.of(1, 1));
  }

  @AfterEach
  void deregister() throws Exception {
    platform.consul().deregister("heads");
    instance.stop(0);
  }

  /** A gateway takes 16 KB. */
  @ParameterizedTest(name = "{0} fields of {1} bytes: {2}")
  @CsvSource({
    "110, 10, 200",
    "1, 15500, 200",
    "800, 8, 200",
    "1600, 4, 431",
    "1, 17000, 431",
    "1, 30000, 431",
  })
  void whatIsTooLongInARequestAGatewaySays(int fields, int bytes, int status) throws Exception {
    Recorder recorder = new Recorder(platform);
    try {
      Eventually.is(() -> platform.gateways().instancesOf("recorder"), List.of(1, 1));
      String answer = request("/recorder/", "\r\n" + fields(fields, bytes));
      assertThat(answer).startsWith("HTTP/1.1 " + status + " ");
      if (status == 431) {
        assertThat(answer).contains("\r\ncontent-type: application/problem+json\r\n");
      }
    } finally {
      recorder.stop();
    }
  }

  @ParameterizedTest(name = "{0} fields of {1} bytes")
  @CsvSource({"1, 17000", "110, 10", "1000, 10", "1, 30000"})
  void anAnswerWithALongHeadPasses(int fields, int bytes) throws Exception {
    String answer = request("/heads/" + fields + "/" + bytes, "");
    assertThat(answer).startsWith("HTTP/1.1 200 ").endsWith("\r\n\r\nok");
    assertThat(answer.split("\r\n(?=f\\d+: v)", -1)).hasSize(fields + 1);
  }

  @ParameterizedTest(name = "{0} fields of {1} bytes")
  @CsvSource({"1, 34000", "3500, 10"})
  void anAnswerWithAHeadThatIsTooLongIsSaidToBeThat(int fields, int bytes) throws Exception {
    assertThat(request("/heads/" + fields + "/" + bytes, ""))
        .startsWith("HTTP/1.1 502 ")
        .contains("\r\ncontent-type: application/problem+json\r\n")
        .contains("the fields of its answer are longer than 31 KB");
  }

  private String request(String path, String fields) throws IOException {
    return RawRequest.answer(
        platform.frontDoor().address(),
        "GET " + path + " HTTP/1.1\r\nHost: h\r\nConnection: close" + fields + "\r\n\r\n");
  }

  private static String fields(int count, int bytes) {
    StringBuilder fields = new StringBuilder();
    for (int i = 0; i < count; i++) {
      fields
          .append(i == 0 ? "" : "\r\n")
          .append('f')
          .append(i)
          .append(':')
          .append("v".repeat(bytes));
    }
    return fields.toString();
  }

  /** Answers /COUNT/BYTES with so many fields of so many bytes. */
  private static void answer(HttpExchange exchange) throws IOException {
    String[] asked = exchange.getRequestURI().getPath().split("/", -1);
    try (exchange) {
      for (int i = 0; i < Integer.parseInt(asked[1]); i++) {
        exchange.getResponseHeaders().add("f" + i, "v".repeat(Integer.parseInt(asked[2])));
      }
      byte[] body = "ok".getBytes(StandardCharsets.US_ASCII);
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
  }
}
