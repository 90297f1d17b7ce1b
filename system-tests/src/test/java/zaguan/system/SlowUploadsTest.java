package zaguan.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that send their bodies byte by byte, through HAProxy and a gateway. */
@Timeout(120)
class SlowUploadsTest {

  private final Platform platform = Platform.shared();
  private final List<Socket> uploads = new ArrayList<>();
  private HttpServer instance;

  @BeforeEach
  void register() throws Exception {
    platform.awaitRest();
    instance = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    instance.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    instance.createContext(
        "/",
        exchange -> {
          try (exchange) {
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(200, -1);
          }
        });
    instance.start();
    platform
        .consul()
        .register(
            "narrow", instance.getAddress().getPort(), ", \"Meta\": {\"max-concurrency\": \"50\"}");
    Eventually.is(() -> platform.gateways().instancesOf("narrow"), List.of(1, 1));
  }

  @AfterEach
  void deregister() throws Exception {
    for (Socket each : uploads) {
      each.close();
    }
    platform.consul().deregister("narrow");
    instance.stop(0);
  }

  @Test
  void theyTakeNobodysPlace() throws Exception {
    for (int i = 0; i < 110; i++) {
      uploads.add(upload());
    }
    List<Integer> answers = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      answers.add(platform.frontDoor().get("/narrow/").statusCode());
      TimeUnit.MILLISECONDS.sleep(1_000);
      if (i % 10 == 9) {
        oneByteMore();
      }
    }
    assertThat(answers).isEqualTo(Collections.nCopies(20, 200));
  }

  private Socket upload() throws IOException {
    Socket socket = platform.frontDoor().connect();
    socket
        .getOutputStream()
        .write(
            "POST /narrow/ HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\na"
                .getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  private void oneByteMore() {
    for (Socket each : uploads) {
      try {
        each.getOutputStream().write('a');
      } catch (IOException letGo) {
        // The upload was too slow, and the gateway has closed its connection.
      }
    }
  }
}
