package zaguan.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** HAProxy's part. */
@Timeout(120)
class FrontDoorTest {

  private final Platform platform = Platform.shared();

  @BeforeEach
  void awaitRest() {
    platform.awaitRest();
  }

  @Test
  void eachRequestIsALineOfJsonThatNamesTheGateway() throws Exception {
    String path = "/greeter/hello/Log?quoted=%22" + System.nanoTime();
    assertThat(platform.frontDoor().get(path).statusCode()).isEqualTo(200);
    Eventually.is(() -> linesOf(path).size(), 1);

    JsonNode line = new ObjectMapper().readTree(linesOf(path).getFirst());
    assertThat(line.path("uri").asText()).isEqualTo(path);
    assertThat(line.path("method").asText()).isEqualTo("GET");
    assertThat(line.path("status").asInt()).isEqualTo(200);
    assertThat(line.path("gateway").asText()).startsWith("gateway");
    assertThat(line.path("gateway_address").asText()).startsWith("127.0.0.1:");
    assertThat(line.path("id").asText()).isNotEmpty();
  }

  @Test
  void aClientThatDoesNotFinishItsHeadIsLetGoWith408() throws Exception {
    try (Socket socket = platform.frontDoor().connect()) {
      socket.setSoTimeout(30_000);
      socket
          .getOutputStream()
          .write("GET / HTTP/1.1\r\nHost: h\r\n".getBytes(StandardCharsets.US_ASCII));
      InputStream in = socket.getInputStream();
      String answer = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
      assertThat(answer).startsWith("HTTP/1.1 408 ");
    }
  }

  @Test
  void thereAreStatisticsAndMetrics() throws Exception {
    assertThat(platform.statistics().get("/").body()).contains("Statistics Report");
    assertThat(platform.statistics().get("/metrics").body())
        .contains("haproxy_backend_http_responses_total{proxy=\"gateways\"");
  }

  private List<String> linesOf(String path) throws Exception {
    String logged = path.replace("/", "\\/");
    return platform
        .nomad()
        .run("alloc", "logs", "-job", "haproxy")
        .lines()
        .filter(line -> line.contains(logged))
        .toList();
  }
}
