package zaguan.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How much HAProxy takes of one address, and how many requests may wait for a gateway. */
@Timeout(120)
class FrontDoorBoundsTest {

  private static final String HELLO = "GET /greeter/hello/Ada HTTP/1.1\r\nHost: h\r\n\r\n";

  private final Platform platform = Platform.shared();

  @TempDir private Path folder;

  private final List<Socket> open = new ArrayList<>();

  @BeforeEach
  void awaitRest() {
    platform.awaitRest();
  }

  @AfterEach
  void closeAll() throws IOException {
    for (Socket each : open) {
      each.close();
    }
  }

  @Test
  void oneAddressIsToldToWaitAndThenRefusedAndNoOtherNotices() throws Exception {
    try (OwnFrontDoor door =
        OwnFrontDoor.beside(platform, folder, Map.of("OPEN_PER_ADDRESS", "20"))) {
      for (int i = 0; i < 20; i++) {
        assertThat(status(connect(door, "127.0.0.1"))).isEqualTo(200);
      }
      assertThat(head(connect(door, "127.0.0.1")))
          .startsWith("HTTP/1.1 429 ")
          .contains("\r\nretry-after: 1\r\n")
          .contains("\r\ncontent-type: application/problem+json\r\n");
      for (int i = 0; i < 30; i++) {
        open.add(new Socket(door.address().getAddress(), door.address().getPort()));
      }
      assertThat(isRefused(open.getLast())).isTrue();
      assertThat(status(connect(door, "127.0.0.2"))).isEqualTo(200);
      closeAll();
      Eventually.is(() -> isAnswered(door), true);
    }
  }

  @Test
  void aRequestThatFindsNoGatewayWaitsAndIsThenToldToComeAgain() throws Exception {
    try (OwnFrontDoor door = withoutGateways()) {
      long start = System.nanoTime();
      HttpResponse<String> answer = Http.get(door.uri("/greeter/hello/Ada"));
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .isBetween(Duration.ofMillis(4_500), Duration.ofSeconds(15));
      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(answer.headers().firstValue("retry-after")).contains("1");
      assertThat(answer.headers().firstValue("content-type")).contains("application/problem+json");
      assertThat(answer.headers().firstValue("x-request-id")).isPresent();
    }
  }

  @Test
  void aThousandMayWaitForAGatewayAndTheNextAreToldAtOnce() throws Exception {
    try (OwnFrontDoor door = withoutGateways()) {
      for (int i = 0; i < 1_000; i++) {
        connect(door, "127.0.0.1");
      }
      Eventually.is(() -> isToldAtOnce(connect(door, "127.0.0.1")), true);
      // The other requests still wait.
      for (Socket each : open.subList(900, 1_000)) {
        assertThat(each.getInputStream().available()).isZero();
      }
      assertThat(status(open.getFirst())).isEqualTo(503);
    }
  }

  /** The test asks HAProxy before HAProxy's first answer from DNS. */
  @Test
  void aFrontDoorThatKnowsNoGatewayYetWaitsForTheFirst() throws Exception {
    try (OwnFrontDoor door = OwnFrontDoor.beside(platform, folder, Map.of())) {
      assertThat(Http.get(door.uri("/greeter/hello/Ada")).statusCode()).isEqualTo(200);
    }
  }

  private boolean isAnswered(OwnFrontDoor door) throws IOException {
    try {
      return status(connect(door, "127.0.0.1")) == 200;
    } catch (IOException refused) {
      return false;
    }
  }

  private static boolean isToldAtOnce(Socket socket) throws IOException {
    socket.setSoTimeout(500);
    try {
      return status(socket) == 503;
    } catch (SocketTimeoutException waits) {
      return false;
    }
  }

  /** At a Consul where none is. */
  private OwnFrontDoor withoutGateways() throws IOException {
    InetSocketAddress nobody = OwnFrontDoor.free(InetAddress.getLoopbackAddress());
    return new OwnFrontDoor(
        folder, OwnFrontDoor.free(InetAddress.getLoopbackAddress()), nobody, Map.of());
  }

  /** A connection from that address, with a request. */
  private Socket connect(OwnFrontDoor door, String from) throws IOException {
    Socket socket = new Socket();
    open.add(socket);
    socket.bind(new InetSocketAddress(from, 0));
    socket.connect(door.address());
    socket.setSoTimeout(20_000);
    socket.getOutputStream().write(HELLO.getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  private static int status(Socket socket) throws IOException {
    return Integer.parseInt(head(socket).substring(9, 12));
  }

  private static String head(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("ended within the head: " + head);
      }
      head.append((char) next);
    }
    return head.toString();
  }

  /** Whether HAProxy closes the connection without an answer. */
  private static boolean isRefused(Socket socket) throws IOException {
    socket.setSoTimeout(5_000);
    try {
      return socket.getInputStream().read() < 0;
    } catch (SocketException reset) {
      return true;
    }
  }
}
