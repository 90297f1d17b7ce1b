package zaguan.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** No gateway is up for a moment: the front door waits for one. Sixteen clients at full speed. */
@Timeout(300)
class GatewaysGoneTest {

  private static final int CLIENTS = 16;
  private static final String PATH = "/greeter/hello/Ada";

  private final Platform platform = Platform.shared();
  private final AtomicLong answered = new AtomicLong();
  private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
  private volatile boolean stopped;

  @BeforeAll
  static void warm() throws Exception {
    Platform.shared().warm();
  }

  @BeforeEach
  void awaitRest() {
    platform.awaitRest();
  }

  @Test
  void allKilledAtOnceCostNoRequest() throws Exception {
    whileClientsAsk(
        () -> {
          List<ProcessHandle> gateways = platform.processes().of("api-gateway");
          assertThat(gateways).hasSize(2);
          gateways.forEach(ProcessHandle::destroyForcibly);
          for (ProcessHandle each : gateways) {
            Eventually.is(each::isAlive, false);
          }
          platform.awaitRest();
        });
    assertThat(failures).isEmpty();
  }

  @Test
  void allRestartedOneAfterTheOtherCostNoRequest() throws Exception {
    whileClientsAsk(
        () -> {
          platform.nomad().run("job", "restart", "-yes", "api-gateway");
          platform.awaitRest();
        });
    assertThat(failures).isEmpty();
  }

  @Test
  void aHeldRequestThatMayNotBeSentTwiceIsSentOnce() throws Exception {
    try (MuteGateway mute = new MuteGateway(platform);
        ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      platform.nomad().run("job", "stop", "-detach", "api-gateway");
      platform.nomad().awaitRunning("api-gateway", 0);
      Eventually.is(() -> platform.statistics().requestsByGateway().size(), 0);
      Future<String> post = clients.submit(this::post);
      Eventually.is(platform.statistics()::holdsARequest, true);
      mute.register();
      assertThat(post.get(30, TimeUnit.SECONDS)).isEqualTo("502");
      assertThat(mute.requests()).containsExactly("POST");
    } finally {
      platform.nomad().run("job", "run", "-detach", "nomad/api-gateway.nomad.hcl");
      platform.awaitRest();
    }
  }

  private void whileClientsAsk(Happening happening) throws Exception {
    try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        running.add(clients.submit(this::ask));
      }
      try {
        TimeUnit.SECONDS.sleep(2);
        happening.happens();
        long before = answered.get();
        TimeUnit.SECONDS.sleep(2);
        assertThat(answered.get()).as("answers afterwards").isGreaterThan(before + 100);
      } finally {
        stopped = true;
      }
      for (Future<?> each : running) {
        each.get(30, TimeUnit.SECONDS);
      }
    }
  }

  /** Requests one after the other on one connection; an unanswered request is not sent twice. */
  private void ask() {
    byte[] request =
        ("GET " + PATH + " HTTP/1.1\r\nHost: h\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
    while (!stopped) {
      try (Socket socket = platform.frontDoor().connect()) {
        socket.setSoTimeout(20_000);
        socket.setTcpNoDelay(true);
        while (!stopped) {
          socket.getOutputStream().write(request);
          String status = answer(socket.getInputStream());
          if (!status.equals("200")) {
            failures.add(status);
            break;
          }
          answered.incrementAndGet();
        }
      } catch (IOException e) {
        failures.add(e.toString());
      }
    }
  }

  private String post() throws IOException {
    try (Socket socket = platform.frontDoor().connect()) {
      socket.setSoTimeout(20_000);
      String request = "POST " + PATH + " HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return answer(socket.getInputStream());
    }
  }

  /** Its status, once all of it has come. */
  private static String answer(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("ended within the head: " + head);
      }
      head.append((char) next);
    }
    String length = head.toString().replaceAll("(?is).*\r\ncontent-length: (\\d+)\r\n.*", "$1");
    in.skipNBytes(Integer.parseInt(length));
    return head.substring(9, 12);
  }

  private interface Happening {

    void happens() throws Exception;
  }
}
