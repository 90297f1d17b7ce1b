package zaguan.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A response that is larger than the gateways' memory, at a client that takes its time. */
@Timeout(200)
class BackPressureTest {

  private static final long GIGABYTE = 1L << 30;
  private static final int MEGABYTE = 1 << 20;

  private final Platform platform = Platform.shared();
  private final AtomicLong sent = new AtomicLong();
  private HttpServer instance;

  @BeforeEach
  void register() throws Exception {
    platform.awaitRest();
    instance = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    instance.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    instance.createContext("/", this::gigabyte);
    instance.start();
    platform.consul().register("large", instance.getAddress().getPort());
    Eventually.is(() -> platform.gateways().instancesOf("large"), List.of(1, 1));
  }

  @AfterEach
  void deregister() throws Exception {
    platform.consul().deregister("large");
    instance.stop(0);
  }

  @Test
  void aSlowReaderOfAGigabyteDoesNotRaiseTheGatewaysMemory() throws Exception {
    // At full speed first, at both gateways: then their JVMs have the memory they take once.
    try (Socket one = ask();
        Socket other = ask()) {
      skip(one.getInputStream(), GIGABYTE / 4);
      skip(other.getInputStream(), GIGABYTE / 4);
    }
    sent.set(0);
    long before = platform.processes().residentKilobytes("api-gateway");
    long most = before;
    try (Socket socket = ask()) {
      InputStream in = socket.getInputStream();
      for (int i = 0; i < 40; i++) {
        skip(in, MEGABYTE);
        TimeUnit.MILLISECONDS.sleep(250);
        most = Math.max(most, platform.processes().residentKilobytes("api-gateway"));
      }
      assertThat(most - before).as("kilobytes more").isLessThan(32 * 1024);
      assertThat(sent.get()).as("held back").isLessThan(GIGABYTE / 2);
      skip(in, GIGABYTE - 40 * MEGABYTE);
      assertThat(in.read()).as("after the last byte").isEqualTo(-1);
    }
  }

  /** Past the head of the response. */
  private Socket ask() throws IOException {
    Socket socket = platform.frontDoor().connect();
    socket.setSoTimeout(30_000);
    socket
        .getOutputStream()
        .write(
            "GET /large/ HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
                .getBytes(StandardCharsets.US_ASCII));
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = socket.getInputStream().read();
      if (next < 0) {
        throw new IOException("ended within the head: " + head);
      }
      head.append((char) next);
    }
    assertThat(head).startsWith("HTTP/1.1 200 ");
    return socket;
  }

  private static void skip(InputStream in, long bytes) throws IOException {
    in.skipNBytes(bytes);
  }

  private void gigabyte(HttpExchange exchange) throws IOException {
    byte[] part = new byte[64 * 1024];
    try (exchange) {
      exchange.sendResponseHeaders(200, GIGABYTE);
      OutputStream out = exchange.getResponseBody();
      for (long i = 0; i < GIGABYTE; i += part.length) {
        out.write(part);
        sent.addAndGet(part.length);
      }
    } catch (IOException left) {
      // The client has closed the connection.
    }
  }
}
