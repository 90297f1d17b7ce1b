package zaguan.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is more than one request and one response, through HAProxy and a gateway. */
@Timeout(120)
class ProtocolsTest {

  private final Platform platform = Platform.shared();

  @BeforeEach
  void awaitRest() {
    platform.awaitRest();
  }

  @Test
  void serverSentEventsComeWhileTheStreamGoesOn() throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<Stream<String>> response =
          client.send(
              HttpRequest.newBuilder(platform.frontDoor().uri("/greeter/stream")).build(),
              BodyHandlers.ofLines());
      assertThat(response.headers().firstValue("content-type").orElse(""))
          .startsWith("text/event-stream");
      try (Stream<String> lines = response.body()) {
        // The stream never ends: two greetings can be read because nothing holds them back.
        assertThat(lines.filter(line -> line.startsWith("data:")).limit(2).toList())
            .satisfiesExactly(
                first -> assertThat(first).contains("the 1. time!"),
                second -> assertThat(second).contains("the 2. time!"));
      }
      client.shutdownNow();
    }
  }

  @Test
  void messagesOfAWebSocketPassBothWays() throws Exception {
    try (EchoInstance _ = new EchoInstance(platform, "echo");
        HttpClient client = HttpClient.newHttpClient()) {
      Eventually.is(() -> platform.gateways().instancesOf("echo"), List.of(1, 1));
      CompletableFuture<String> message = new CompletableFuture<>();
      URI door = platform.frontDoor().uri("/echo/chat");
      WebSocket socket =
          client
              .newWebSocketBuilder()
              .buildAsync(URI.create(door.toString().replace("http:", "ws:")), new First(message))
              .get(20, TimeUnit.SECONDS);
      socket.sendText("Ada", true).get(20, TimeUnit.SECONDS);
      assertThat(message.get(20, TimeUnit.SECONDS)).isEqualTo("Ada");
      socket.abort();
    }
  }

  @Test
  void aClientThatLeavesEndsItsRequestAtTheInstance() throws Exception {
    CountDownLatch came = new CountDownLatch(1);
    CountDownLatch left = new CountDownLatch(1);
    try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> hold(server, came, left));
      platform
          .consul()
          .register(
              "silent",
              server.getLocalPort(),
              ", \"Meta\": {\"attempt-timeout\": \"1m\", \"response-timeout\": \"1m\"}");
      Eventually.is(() -> platform.gateways().instancesOf("silent"), List.of(1, 1));
      try (Socket socket = platform.frontDoor().connect()) {
        socket
            .getOutputStream()
            .write("GET /silent/ HTTP/1.1\r\nHost: h\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        assertThat(came.await(20, TimeUnit.SECONDS)).as("the request came").isTrue();
      }
      assertThat(left.await(10, TimeUnit.SECONDS)).as("it was ended").isTrue();
    } finally {
      platform.consul().deregister("silent");
    }
  }

  @Test
  void http2InClearTextIsAnswered() throws Exception {
    try (Socket socket = http2Request("/greeter/hello/Ada")) {
      DataInputStream in = new DataInputStream(socket.getInputStream());
      assertThat(firstOfStream1(in, 1)[0] & 0xff).as(":status 200").isEqualTo(0x88);
      assertThat(new String(firstOfStream1(in, 0), StandardCharsets.UTF_8)).contains("Hello, Ada!");
    }
  }

  @Test
  void http2DoesNotReachTheGatewaysOwnPagesEither() throws Exception {
    try (Socket socket = http2Request("/-/health")) {
      DataInputStream in = new DataInputStream(socket.getInputStream());
      assertThat(firstOfStream1(in, 1)[0] & 0xff).as(":status 404").isEqualTo(0x8d);
      assertThat(new String(firstOfStream1(in, 0), StandardCharsets.UTF_8)).contains("front door");
    }
  }

  /** GET, on stream 1 of a connection of its own. */
  private Socket http2Request(String path) throws IOException {
    Socket socket = platform.frontDoor().connect();
    socket.setSoTimeout(20_000);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    bytes.writeBytes(frame(4, 0, 0, new byte[0])); // SETTINGS
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    head.write(0x82); // :method GET, of the static table: RFC 7541, appendix A
    head.write(0x86); // :scheme http
    literal(head, 0x04, path); // :path
    literal(head, 0x01, "zaguan"); // :authority
    bytes.writeBytes(frame(1, 0x5, 1, head.toByteArray())); // HEADERS, the request's end
    socket.getOutputStream().write(bytes.toByteArray());
    return socket;
  }

  /** The payload of the next frame of a type on the stream of the request. */
  private static byte[] firstOfStream1(DataInputStream in, int wanted) throws IOException {
    while (true) {
      int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
      int type = in.readUnsignedByte();
      in.readUnsignedByte(); // flags
      int stream = in.readInt();
      byte[] payload = in.readNBytes(length);
      if (type == wanted && stream == 1) {
        return payload;
      }
    }
  }

  /** <a href="https://www.rfc-editor.org/rfc/rfc9113#section-4.1">RFC 9113, 4.1</a>. */
  private static byte[] frame(int type, int flags, int stream, byte[] payload) {
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    frame.writeBytes(new byte[] {0, 0, (byte) payload.length, (byte) type, (byte) flags});
    frame.writeBytes(new byte[] {0, 0, 0, (byte) stream});
    frame.writeBytes(payload);
    return frame.toByteArray();
  }

  private static void literal(ByteArrayOutputStream head, int name, String value) {
    head.write(name);
    head.write(value.length());
    head.writeBytes(value.getBytes(StandardCharsets.US_ASCII));
  }

  /** Takes one request, and does not answer it. */
  private static void hold(ServerSocket server, CountDownLatch came, CountDownLatch left) {
    try (Socket socket = server.accept()) {
      socket.getInputStream().read();
      came.countDown();
      socket.getInputStream().transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      // A reset ends the connection, too.
    }
    left.countDown();
  }

  private record First(CompletableFuture<String> message) implements WebSocket.Listener {

    @Override
    @org.jspecify.annotations.Nullable
    public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
      message.complete(data.toString());
      return null;
    }
  }
}
