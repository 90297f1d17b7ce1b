package zaguan.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever an instance sends, it harms no other request through the front door. */
@Timeout(120)
class HostileInstanceTest {

  private static final Platform PLATFORM = Platform.shared();

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @BeforeAll
  static void start() {
    PLATFORM.awaitRest();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil",
        "HTTP/1.1 302 Found\r\nLocation: http://evil/\r\nSet-Cookie: evil=1\r\nX: ",
      })
  void whatNobodyAskedForIsNobodysAnswer(String unasked) throws Exception {
    Instance.Script script =
        (path, out) -> {
          write(out, "HTTP/1.1 200 OK\r\nContent-Length: " + path.length() + "\r\n\r\n" + path);
          pause(50);
          write(out, unasked);
          return true;
        };
    try (Instance instance = new Instance("unasked", script)) {
      for (int i = 0; i < 30; i++) {
        HttpResponse<String> answer = client.send(to("/unasked/" + i), BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("/" + i);
        // A request that meets the bytes on its connection is 502: they might be its answer.
        assertThat(instance.connectionHasEnded()).isTrue();
      }
      assertThat(instance.asked()).isEqualTo(30);
    }
  }

  @Test
  void theAnswerOfAnInstanceThatDoesNotReadTheBodyReachesTheClient() throws Exception {
    Instance.Script script =
        (path, out) -> {
          write(
              out,
              "HTTP/1.1 413 Content Too Large\r\nConnection: close\r\n"
                  + "Content-Length: 8\r\n\r\ntoo long");
          return false;
        };
    try (Instance instance = new Instance("refusing-bodies", script)) {
      for (int i = 0; i < 10; i++) {
        HttpResponse<String> answer =
            client.send(
                HttpRequest.newBuilder(PLATFORM.frontDoor().uri("/refusing-bodies/"))
                    .timeout(Duration.ofSeconds(30))
                    .POST(BodyPublishers.ofByteArray(new byte[300_000]))
                    .build(),
                BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(413);
        assertThat(answer.body()).isEqualTo("too long");
      }
      assertThat(instance.asked()).isEqualTo(10);
    }
  }

  private static HttpRequest to(String path) {
    URI uri = PLATFORM.frontDoor().uri(path);
    return HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(30)).build();
  }

  private static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }

  private static void pause(long millis) throws IOException {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  /** An instance that both gateways know, and that answers with given bytes. */
  private static final class Instance implements AutoCloseable {

    interface Script {
      /** Answers a request for the path; returns whether the connection stays open. */
      boolean answer(String path, OutputStream out) throws IOException;
    }

    private final String name;
    private final Script script;
    private final ServerSocket server;
    private final AtomicInteger asked = new AtomicInteger();
    private final Semaphore ended = new Semaphore(0);

    Instance(String name, Script script) throws Exception {
      this.name = name;
      this.script = script;
      server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
      Thread.ofVirtual().start(this::accept);
      PLATFORM.consul().register(name, server.getLocalPort());
      Eventually.is(() -> PLATFORM.gateways().instancesOf(name), List.of(1, 1));
    }

    /** How many requests have come. */
    int asked() {
      return asked.get();
    }

    /** Waits until one connection more is closed; each is told once. */
    boolean connectionHasEnded() throws InterruptedException {
      return ended.tryAcquire(10, TimeUnit.SECONDS);
    }

    @Override
    public void close() throws IOException {
      server.close();
      try {
        PLATFORM.consul().deregister(name);
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
    }

    private void accept() {
      while (!server.isClosed()) {
        try {
          Socket socket = server.accept();
          Thread.ofVirtual().start(() -> serve(socket));
        } catch (IOException closed) {
          return;
        }
      }
    }

    private void serve(Socket socket) {
      try (socket) {
        InputStream in = new BufferedInputStream(socket.getInputStream(), 1);
        boolean open = true;
        while (open) {
          StringBuilder head = new StringBuilder();
          while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
              return;
            }
            head.append((char) next);
          }
          asked.incrementAndGet();
          open = script.answer(head.toString().split(" ", 3)[1], socket.getOutputStream());
        }
      } catch (IOException e) {
        // The gateway closed the connection.
      } finally {
        ended.release();
      }
    }
  }
}
