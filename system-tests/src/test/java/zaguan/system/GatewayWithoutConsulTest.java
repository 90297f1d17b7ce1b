package zaguan.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import zaguan.stack.Ports;
import zaguan.stack.Progress;
import zaguan.stack.Tools;

@Timeout(180)
class GatewayWithoutConsulTest {

  @TempDir private Path folder;

  @Test
  void theGatewayStartsWithoutConsulAndServesAsSoonAsItIsThere() throws Exception {
    Ports ports = Ports.free(RandomGenerator.getDefault());
    URI gateway = URI.create("http://127.0.0.1:" + ports.frontDoor() + "/hello/");
    HttpServer service = service(ports.dynamicFirst());
    Process started =
        Jar.start(
            "api-gateway",
            folder.resolve("gateway.log"),
            "127.0.0.1:" + ports.consulHttp(),
            Map.of("GATEWAY_PORT", String.valueOf(ports.frontDoor())));
    Process consul = null;
    try {
      Eventually.is(() -> Http.status(gateway), 503);
      HttpResponse<String> answer = Http.get(gateway);
      assertThat(answer.headers().firstValue("retry-after")).isPresent();
      assertThat(answer.headers().firstValue("content-type")).contains("application/problem+json");

      consul = consul(ports);
      Eventually.is(() -> Http.status(gateway), 200);
      assertThat(Http.get(gateway).body()).isEqualTo("hello");
    } finally {
      started.destroyForcibly().waitFor();
      if (consul != null) {
        consul.destroyForcibly().waitFor();
      }
      service.stop(0);
    }
  }

  private static HttpServer service(int port) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            byte[] body = "hello".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
          }
        });
    server.start();
    return server;
  }

  private Process consul(Ports ports) throws IOException {
    Path settings = folder.resolve("consul.hcl");
    Files.writeString(
        settings,
        """
        data_dir = "%s"
        ports {
          http = %d
          dns = %d
          server = %d
          serf_lan = %d
          serf_wan = -1
          grpc = -1
          grpc_tls = -1
        }
        service {
          name = "hello"
          port = %d
          tags = ["public"]
        }
        """
            .formatted(
                folder.resolve("consul"),
                ports.consulHttp(),
                ports.consulDns(),
                ports.consulServer(),
                ports.consulSerf(),
                ports.dynamicFirst()));
    return new ProcessBuilder(
            List.of(
                Tools.consul(Platform.checkout(), Progress.silent()).toString(),
                "agent",
                "-config-file=" + Platform.checkout().root().resolve("consul/agent.hcl"),
                "-config-file=" + settings))
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("consul.log").toFile())
        .start();
  }
}
