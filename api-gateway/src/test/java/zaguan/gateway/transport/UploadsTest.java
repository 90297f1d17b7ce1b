package zaguan.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import zaguan.gateway.catalog.Catalog;

/** Requests that wait for their clients, beside those that wait for the service. */
@Timeout(120)
class UploadsTest extends GatewayByItself {

  private final List<Socket> uploads = new ArrayList<>();

  UploadsTest() throws IOException {}

  @Test
  void bodiesThatTrickleTakeNoPlaceOfOtherRequests() throws Exception {
    try (ScriptedInstance upstream = instance(Map.of("max-concurrency", "50"))) {
      for (int i = 0; i < 55; i++) {
        trickle("POST");
      }
      await().until(() -> upstream.heads().size() == 55);
      for (int i = 0; i < 20; i++) {
        assertThat(get("/up/").statusCode()).isEqualTo(200);
      }
      for (Socket upload : uploads) {
        ScriptedInstance.write(upload.getOutputStream(), "x");
        assertThat(upload.getInputStream().available()).isZero();
      }
    } finally {
      leave();
    }
  }

  @Test
  void bodiesThatHaveComeWaitWithTheOthers() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    AtomicInteger complete = new AtomicInteger();
    ScriptedInstance.Script script =
        (in, out) -> {
          if (in.readNBytes(5).length == 5) {
            complete.incrementAndGet();
            awaitLatch(go);
            ScriptedInstance.write(out, OK);
          }
        };
    try (ScriptedInstance upstream = new ScriptedInstance(script)) {
      register(upstream, Map.of("max-concurrency", "1", "response-timeout", "1m"));
      String head =
          lines("POST /up/ HTTP/1.1", "Host: h", "Connection: close", "Content-Length: 5");
      for (int i = 0; i < 3; i++) {
        begin(head + "1234");
      }
      await().until(() -> upstream.heads().size() == 3);
      for (int i = 0; i < 2; i++) {
        int sent = i + 1;
        ScriptedInstance.write(uploads.get(i).getOutputStream(), "5");
        await().until(() -> complete.get() == sent);
        assertProblem(get("/up/"), 503);
      }
      ScriptedInstance.write(uploads.get(2).getOutputStream(), "5");
      assertThat(text(uploads.get(2).getInputStream()))
          .as("more than twice as many as may wait")
          .startsWith("HTTP/1.1 503 ")
          .contains("retry-after: 1");
      go.countDown();
      assertThat(text(uploads.get(0).getInputStream())).startsWith("HTTP/1.1 200 ");
      assertThat(text(uploads.get(1).getInputStream())).startsWith("HTTP/1.1 200 ");
      assertThat(complete).hasValue(2);
    } finally {
      go.countDown();
      leave();
    }
  }

  @Test
  void aBodyThatTricklesIs408() throws Exception {
    try (ScriptedInstance upstream = instance(Map.of())) {
      long start = System.nanoTime();
      Socket upload = trickle("PUT");
      while (upload.getInputStream().available() == 0) {
        Thread.sleep(1000);
        ScriptedInstance.write(upload.getOutputStream(), "x");
        assertThat(System.nanoTime() - start).isLessThan(Duration.ofSeconds(60).toNanos());
      }
      assertThat(text(upload.getInputStream()))
          .startsWith("HTTP/1.1 408 ")
          .contains("less than 100 bytes a second");
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofSeconds(25));
      assertThat(upstream.heads()).hasSize(1);
    } finally {
      leave();
    }
  }

  @Test
  void aServiceMayLetBodiesComeAsSlowlyAsTheyLike() throws Exception {
    CountDownLatch came = new CountDownLatch(35);
    ScriptedInstance.Script script =
        (in, out) -> {
          while (in.read() >= 0) {
            came.countDown();
          }
        };
    try (ScriptedInstance upstream = new ScriptedInstance(script)) {
      register(upstream, Map.of("least-body-rate", "0"));
      Socket upload = trickle("POST");
      for (int i = 1; i < 35; i++) {
        Thread.sleep(1000);
        ScriptedInstance.write(upload.getOutputStream(), "x");
      }
      awaitLatch(came);
      assertThat(upload.getInputStream().available()).isZero();
    } finally {
      leave();
    }
  }

  @Test
  void anInstanceThatTakesNoBodyIsNotItsClientsFault() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    try (ScriptedInstance upstream = new ScriptedInstance((in, out) -> awaitLatch(end))) {
      register(upstream, Map.of("idle-timeout", "1s"));
      Socket upload = begin(lines("POST /up/ HTTP/1.1", "Host: h", "Content-Length: 500000000"));
      Thread.ofVirtual().start(() -> fill(upload));
      assertThat(text(upload.getInputStream())).startsWith("HTTP/1.1 504 ");
      assertThat(upstream.heads()).hasSize(1);
    } finally {
      end.countDown();
      leave();
    }
  }

  private static void fill(Socket upload) {
    byte[] part = new byte[64 * 1024];
    try {
      while (true) {
        upload.getOutputStream().write(part);
      }
    } catch (IOException answered) {
      // It was told so, and the socket is closed.
    }
  }

  /** Reads bodies until it is asked by GET; from then on it answers. */
  private ScriptedInstance instance(Map<String, String> meta) throws IOException {
    ScriptedInstance[] self = new ScriptedInstance[1];
    self[0] =
        new ScriptedInstance(
            (in, out) -> {
              if (self[0].heads().stream().noneMatch(head -> head.startsWith("GET "))) {
                in.readAllBytes();
              } else {
                ScriptedInstance.write(out, OK);
              }
            });
    register(self[0], meta);
    return self[0];
  }

  private void register(ScriptedInstance upstream, Map<String, String> meta) {
    consul.register("up-1", "up", upstream.port(), meta);
    Catalog catalog = gateway.getApplicationContext().getBean(Catalog.class);
    await().until(() -> catalog.current().services().containsKey("up"));
  }

  /** Its body is 100,000 bytes long, of which one has come. */
  private Socket trickle(String method) throws IOException {
    return begin(lines(method + " /up/ HTTP/1.1", "Host: h", "Content-Length: 100000") + "x");
  }

  private Socket begin(String bytes) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.getPort());
    uploads.add(socket);
    socket.setSoTimeout(SILENCE);
    socket.setTcpNoDelay(true);
    ScriptedInstance.write(socket.getOutputStream(), bytes);
    return socket;
  }

  private void leave() throws IOException {
    for (Socket upload : uploads) {
      upload.close();
    }
  }
}
