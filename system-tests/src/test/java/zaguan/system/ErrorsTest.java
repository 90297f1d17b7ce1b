package zaguan.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a caller is told when a service cannot answer, through the front door. */
@Timeout(120)
class ErrorsTest {

  private final Platform platform = Platform.shared();
  private final List<String> registered = new ArrayList<>();

  @AfterEach
  void deregister() throws Exception {
    for (String id : registered) {
      platform.consul().deregister(id);
    }
  }

  @Test
  void anUnknownServiceIs404() throws Exception {
    assertProblem(platform.frontDoor().get("/nobody/home"), 404);
  }

  @Test
  void aKnownServiceWithoutInstancesIs503WithRetryAfter() throws Exception {
    // Its check waits for a heartbeat that never comes: the service is known, and critical.
    register("asleep", 1, ", \"Check\": {\"TTL\": \"1h\"}");
    everyGatewayAnswers("/asleep/", 503);
    HttpResponse<String> answer = platform.frontDoor().get("/asleep/");
    assertProblem(answer, 503);
    assertThat(answer.headers().firstValue("retry-after")).isPresent();
  }

  @Test
  void oneThatRefusesConnectionsIs502() throws Exception {
    int closed;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      closed = socket.getLocalPort();
    }
    register("refusing", closed, "");
    everyGatewayAnswers("/refusing/", 502);
    assertProblem(platform.frontDoor().get("/refusing/"), 502);
  }

  @Test
  void oneThatBreaksOffIs502() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> readSomeAndClose(socket));
      register("breaking", socket.getLocalPort(), "");
      everyGatewayAnswers("/breaking/", 502);
      assertProblem(platform.frontDoor().get("/breaking/"), 502);
    }
  }

  @Test
  void oneThatHangsIs504() throws Exception {
    // The kernel accepts the connection; nobody ever reads from it.
    try (ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      register("hanging", socket.getLocalPort(), "");
      Eventually.is(() -> platform.gateways().instancesOf("hanging"), List.of(1, 1));
      assertProblem(platform.frontDoor().get("/hanging/"), 504);
    }
  }

  private static void readSomeAndClose(ServerSocket server) {
    while (!server.isClosed()) {
      try (Socket socket = server.accept()) {
        int first = socket.getInputStream().read();
        assertThat(first).isNotEqualTo(0);
      } catch (IOException e) {
        // The test has ended, or the gateway has closed: accept the next connection.
      }
    }
  }

  /** Both gateways know when so many requests in a row get the same answer. */
  private void everyGatewayAnswers(String path, int status) {
    Eventually.is(
        () -> {
          List<Integer> answers = new ArrayList<>();
          for (int i = 0; i < 6; i++) {
            int answer = platform.frontDoor().get(path).statusCode();
            answers.add(answer);
            if (answer != status) {
              break;
            }
          }
          return answers;
        },
        Collections.nCopies(6, status));
  }

  private void register(String name, int port, String more) throws Exception {
    registered.add(name);
    platform.consul().register(name, port, more);
  }

  private static void assertProblem(HttpResponse<String> answer, int status) {
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.headers().firstValue("content-type")).contains("application/problem+json");
    assertThat(answer.body())
        .contains("\"status\":" + status)
        .contains("\"title\":")
        .contains("\"detail\":")
        .doesNotContain("Exception")
        .doesNotContain("at io.")
        .doesNotContain("at java.");
  }
}
