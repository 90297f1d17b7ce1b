package zaguan.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static zaguan.gateway.transport.RawHttp2.CONTINUATION;
import static zaguan.gateway.transport.RawHttp2.DATA;
import static zaguan.gateway.transport.RawHttp2.END_HEADERS;
import static zaguan.gateway.transport.RawHttp2.END_STREAM;
import static zaguan.gateway.transport.RawHttp2.ENHANCE_YOUR_CALM;
import static zaguan.gateway.transport.RawHttp2.FLOW_CONTROL_ERROR;
import static zaguan.gateway.transport.RawHttp2.FRAME_SIZE_ERROR;
import static zaguan.gateway.transport.RawHttp2.GOAWAY;
import static zaguan.gateway.transport.RawHttp2.HEADERS;
import static zaguan.gateway.transport.RawHttp2.PING;
import static zaguan.gateway.transport.RawHttp2.PREFACE;
import static zaguan.gateway.transport.RawHttp2.PRIORITY;
import static zaguan.gateway.transport.RawHttp2.PROTOCOL_ERROR;
import static zaguan.gateway.transport.RawHttp2.RST_STREAM;
import static zaguan.gateway.transport.RawHttp2.SETTINGS;
import static zaguan.gateway.transport.RawHttp2.STREAM_CLOSED;
import static zaguan.gateway.transport.RawHttp2.WINDOW_UPDATE;
import static zaguan.gateway.transport.RawHttp2.bytes;
import static zaguan.gateway.transport.RawHttp2.fields;
import static zaguan.gateway.transport.RawHttp2.frame;
import static zaguan.gateway.transport.RawHttp2.headOf;
import static zaguan.gateway.transport.RawHttp2.integer;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a client of HTTP/2 may send to do harm. */
@Timeout(60)
class HostileHttp2Test extends GatewayByItself {

  private static final byte[] ONE_BYTE = {'x'};

  private final CountDownLatch end = new CountDownLatch(1);
  private final PrintStream out = System.out;
  private final ByteArrayOutputStream log = new ByteArrayOutputStream();

  /** Answers when the test is over. */
  private ScriptedInstance silent;

  HostileHttp2Test() throws IOException {}

  @BeforeEach
  void begin() throws Exception {
    silent = up(new ScriptedInstance((in, out) -> awaitLatch(end)));
    System.setOut(new PrintStream(log, true, StandardCharsets.UTF_8));
  }

  @AfterEach
  void end() throws Exception {
    System.setOut(out);
    out.print(log.toString(StandardCharsets.UTF_8));
    end.countDown();
    silent.close();
  }

  /** Each makes the gateway reset stream 1, which is a POST that has not ended, or a GET. */
  static Stream<Arguments> faults() {
    return Stream.of(
        post("a window update of nothing", PROTOCOL_ERROR, frame(WINDOW_UPDATE, 0, 1, integer(0))),
        post(
            "a window beyond all",
            FLOW_CONTROL_ERROR,
            frame(WINDOW_UPDATE, 0, 1, integer(Integer.MAX_VALUE))),
        post("a priority of four bytes", FRAME_SIZE_ERROR, frame(PRIORITY, 0, 1, integer(0))),
        post(
            "a priority after itself",
            PROTOCOL_ERROR,
            frame(PRIORITY, 0, 1, (byte) 0, (byte) 0, (byte) 0, (byte) 1, (byte) 0)),
        post("more data than was said", PROTOCOL_ERROR, frame(DATA, 0, 1, new byte[101])),
        post("less data than was said", PROTOCOL_ERROR, frame(DATA, END_STREAM, 1, new byte[99])),
        post(
            "a second head", PROTOCOL_ERROR, frame(HEADERS, END_HEADERS, 1, headOf("GET", "/up/"))),
        post(
            "trailers with a pseudo-field",
            PROTOCOL_ERROR,
            frame(HEADERS, END_HEADERS | END_STREAM, 1, fields(":path", "/up/"))),
        get("data after the end", STREAM_CLOSED, frame(DATA, 0, 1, ONE_BYTE)),
        get(
            "a head after the end",
            STREAM_CLOSED,
            frame(HEADERS, END_HEADERS | END_STREAM, 1, headOf("GET", "/up/"))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("faults")
  void aFaultOnAStreamResetsItWithItsCode(String what, int code, byte[] head, byte[] fault)
      throws Exception {
    try (RawHttp2 client = RawHttp2.open(gateway.getPort())) {
      client.send(head);
      client.send(fault);
      RawHttp2.Frame reset = client.next(RST_STREAM);
      assertThat(reset.stream()).as(what).isEqualTo(1);
      assertThat(reset.code()).as(what).isEqualTo(code);
      // The connection goes on.
      client.send(RawHttp2.get(3, "/nobody/"));
      assertThat(client.next(HEADERS).stream()).isEqualTo(3);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("faults")
  void twoHundredFaultsEndTheConnection(String what, int code, byte[] head, byte[] fault)
      throws Exception {
    try (RawHttp2 client = RawHttp2.open(gateway.getPort())) {
      CompletableFuture<List<RawHttp2.Frame>> frames = readToEnd(client);
      sendUntilClosed(client, head, fault);
      assertThat(frames.get(30, TimeUnit.SECONDS))
          .as(what)
          .anySatisfy(
              last -> {
                assertThat(last.type()).isEqualTo(GOAWAY);
                assertThat(last.code()).isEqualTo(ENHANCE_YOUR_CALM);
              })
          .filteredOn(each -> each.type() == RST_STREAM)
          .hasSizeBetween(190, 210);
    }
    assertThat(silent.heads()).hasSizeLessThan(210);
    assertThat(log.toString(StandardCharsets.UTF_8))
        .doesNotContain("\tat ")
        .hasSizeLessThan(500)
        .contains("127.0.0.1 broke the rules of its protocol: ");
  }

  @Test
  void requestsThatAreTakenBackAtOnceEndTheConnection() throws Exception {
    try (RawHttp2 client = RawHttp2.open(gateway.getPort())) {
      CompletableFuture<List<RawHttp2.Frame>> frames = readToEnd(client);
      sendUntilClosed(client, RawHttp2.get(1, "/up/"), frame(RST_STREAM, 0, 1, integer(8)));
      assertThat(frames.get(30, TimeUnit.SECONDS)).anyMatch(HostileHttp2Test::isCalm);
    }
    assertThat(silent.heads()).hasSizeLessThan(210);
    assertThat(log.toString(StandardCharsets.UTF_8)).doesNotContain("\tat ").hasSizeLessThan(500);
  }

  static Stream<Arguments> floods() {
    return Stream.of(
        Arguments.of("pings", frame(PING, 0, 0, new byte[8])),
        Arguments.of("settings", frame(SETTINGS, 0, 0)),
        Arguments.of("settings that change", frame(SETTINGS, 0, 0, new byte[] {0, 4, 0, 0, 0, 1})),
        Arguments.of("acknowledged settings", frame(SETTINGS, RawHttp2.ACK, 0)),
        Arguments.of(
            "priorities", frame(PRIORITY, 0, 7, (byte) 0, (byte) 0, (byte) 0, (byte) 1, (byte) 0)),
        Arguments.of("frames of no known type", frame(0x77, 0, 0, ONE_BYTE)),
        Arguments.of("resets of a stream that has ended", frame(RST_STREAM, 0, 1, integer(8))),
        Arguments.of("empty data", frame(DATA, 0, 3)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("floods")
  void framesThatAskForNothingEndTheConnectionIfThereAreTooMany(String what, byte[] frame)
      throws Exception {
    try (RawHttp2 client = RawHttp2.open(gateway.getPort())) {
      client.send(RawHttp2.get(1, "/nobody/"));
      client.next(DATA);
      client.send(frame(HEADERS, END_HEADERS, 3, headOf("POST", "/up/")));
      CompletableFuture<List<RawHttp2.Frame>> frames = readToEnd(client);
      byte[] many = repeat(frame, 100);
      for (int i = 0; i < 1000 && !frames.isDone(); i++) {
        try {
          client.send(many);
        } catch (IOException closed) {
          break;
        }
      }
      assertThat(frames.get(30, TimeUnit.SECONDS)).as(what).anyMatch(HostileHttp2Test::isCalm);
    }
    assertThat(log.toString(StandardCharsets.UTF_8)).doesNotContain("\tat ").hasSizeLessThan(500);
  }

  @Test
  void aClientThatDoesNotReadItsGoawayIsCutOff() throws Exception {
    try (RawHttp2 client = RawHttp2.open(gateway.getPort())) {
      byte[] pings = repeat(frame(PING, 0, 0, new byte[8]), 1000);
      long start = System.nanoTime();
      AtomicBoolean open = new AtomicBoolean(true);
      Thread sender =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      while (true) {
                        client.send(pings);
                      }
                    } catch (IOException closed) {
                      open.set(false);
                    }
                  });
      sender.join(Duration.ofSeconds(20));
      assertThat(open).isFalse();
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
    }
  }

  @Test
  void whatWasOnItsWayToAStreamThatTheGatewayEndedIsNoFault() throws Exception {
    try (RawHttp2 client = RawHttp2.open(gateway.getPort())) {
      for (int stream = 1; stream < 20; stream += 2) {
        client.send(
            frame(
                HEADERS,
                END_HEADERS,
                stream,
                headOf("POST", "/nobody/", "content-length", "1000000")));
        assertThat(client.readStream(stream)).isNotEmpty();
        for (int i = 0; i < 60; i++) {
          client.send(frame(DATA, 0, stream, new byte[100]));
        }
        client.send(frame(HEADERS, END_HEADERS | END_STREAM, stream, fields("x-trailer", "1")));
      }
      client.send(frame(PING, 0, 0, new byte[8]));
      List<RawHttp2.Frame> frames = client.readTo(PING);
      // A reset of the gateway itself for each, and none for what came after.
      assertThat(frames).noneMatch(each -> each.type() == GOAWAY);
      assertThat(
              frames.stream().filter(each -> each.type() == RST_STREAM).map(RawHttp2.Frame::code))
          .doesNotContain(STREAM_CLOSED);
    }
  }

  @Test
  void othersDoNotWaitForAHostileClient() throws Exception {
    try (ScriptedInstance other = ScriptedInstance.answering(OK)) {
      consul.register("other-1", "other", other.port());
      await().until(() -> get("/other/").statusCode() == 200);
      CompletableFuture<Integer> connections = new CompletableFuture<>();
      Thread.ofVirtual().start(() -> connections.complete(attack(1500)));
      long slowest = 0;
      while (!connections.isDone()) {
        long start = System.nanoTime();
        assertThat(get("/other/").statusCode()).isEqualTo(200);
        slowest = Math.max(slowest, System.nanoTime() - start);
        Thread.sleep(20);
      }
      assertThat(Duration.ofNanos(slowest)).isLessThan(Duration.ofSeconds(1));
      assertThat(connections.get()).isGreaterThanOrEqualTo(7);
    }
    assertThat(log.toString(StandardCharsets.UTF_8)).doesNotContain("\tat ").hasSizeLessThan(5000);
  }

  static Stream<Arguments> malformed() {
    return Stream.of(
        head("no fields"),
        head("no method", ":scheme", "http", ":path", "/up/", ":authority", "h"),
        head("a method that is none", ":method", "G T", ":scheme", "http", ":path", "/up/"),
        head("an empty method", ":method", "", ":scheme", "http", ":path", "/up/"),
        head("no scheme", ":method", "GET", ":path", "/up/", ":authority", "h"),
        head("another scheme", ":method", "GET", ":scheme", "ftp", ":path", "/up/"),
        head("no path", ":method", "GET", ":scheme", "http", ":authority", "h"),
        head("an empty path", ":method", "GET", ":scheme", "http", ":path", ""),
        head("an absolute path", ":method", "GET", ":scheme", "http", ":path", "http://h/up/"),
        head("a path of another form", ":method", "GET", ":scheme", "http", ":path", "up/"),
        head("an asterisk", ":method", "GET", ":scheme", "http", ":path", "*"),
        head("a status", all(":status", "200")),
        head("an unknown one", all(":colour", "blue")),
        head("a method twice", all(":method", "GET")),
        head("one after the fields", all("a", "b", ":authority", "h")),
        head("a protocol", all(":protocol", "websocket")),
        head(
            "a protocol with CONNECT",
            ":method",
            "CONNECT",
            ":protocol",
            "websocket",
            ":scheme",
            "http",
            ":path",
            "/up/",
            ":authority",
            "h"),
        head("CONNECT with a path", ":method", "CONNECT", ":path", "/up/", ":authority", "h"),
        head("CONNECT to nobody", ":method", "CONNECT"),
        head("connect in small letters", ":method", "connect", ":scheme", "http", ":path", "/up/"),
        head("another host", all("host", "other")),
        head("a field in capitals", all("X-A", "1")),
        head("a field without a name", all("", "1")),
        head("a space in a name", all("x a", "1")),
        head("a line in a value", all("x-a", "1\r\nx-b: 2")),
        head("a NUL in a value", all("x-a", "1\0")),
        head("a connection", all("connection", "close")),
        head("a coding", all("transfer-encoding", "chunked")),
        head("an upgrade", all("upgrade", "websocket")),
        head("a TE", all("te", "gzip")),
        head("a length that is none", all("content-length", "x")),
        head("two lengths", all("content-length", "1", "content-length", "2")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("malformed")
  void aMalformedHeadResetsItsStreamAndNoMore(String what, byte[] fields) throws Exception {
    try (RawHttp2 client = RawHttp2.open(gateway.getPort())) {
      for (int ends : new int[] {END_STREAM, 0}) {
        int stream = ends == 0 ? 3 : 1;
        client.send(frame(HEADERS, END_HEADERS | ends, stream, fields));
        RawHttp2.Frame reset = client.next(RST_STREAM);
        assertThat(reset.stream()).as(what).isEqualTo(stream);
        assertThat(reset.code()).as(what).isEqualTo(PROTOCOL_ERROR);
      }
      // Its body, which was on its way.
      client.send(frame(DATA, END_STREAM, 3, ONE_BYTE));
      client.send(RawHttp2.get(5, "/nobody/"));
      assertThat(client.readStream(5).getFirst().type()).isEqualTo(HEADERS);
      assertThat(silent.heads()).isEmpty();
      // Nothing is left of it.
      Transport transport = gateway.getApplicationContext().getBean(Transport.class);
      await()
          .until(
              () -> transport.loops().stream().mapToInt(HostileHttp2Test::busyStreams).sum() == 0);
    }
    assertThat(log.toString(StandardCharsets.UTF_8)).doesNotContain("\tat ").hasSizeLessThan(1000);
  }

  @Test
  void hostMayStandBesideAuthority() throws Exception {
    try (ScriptedInstance answering = ScriptedInstance.answering(OK);
        RawHttp2 client = RawHttp2.open(gateway.getPort())) {
      consul.register("other-1", "other", answering.port());
      await().until(() -> get("/other/").statusCode() == 200);
      client.send(
          frame(
              HEADERS,
              END_HEADERS | END_STREAM,
              1,
              headOf("GET", "/other/", "host", "h", "te", "trailers")));
      assertThat(client.readStream(1).getLast().endsStream()).isTrue();
      assertThat(answering.heads().getLast()).contains("x-forwarded-host: h\r\n");
    }
  }

  /** Each is all that the client sends; or it is sent a byte a second, if it is said so. */
  @Test
  void whatDoesNotComeToItsEndIsClosedAfterTenSeconds() throws Exception {
    byte[] begun = concat(bytes(PREFACE), frame(SETTINGS, 0, 0));
    byte[] head = frame(HEADERS, END_STREAM, 1, headOf("GET", "/up/"));
    byte[] wholeHead = RawHttp2.get(1, "/up/");
    Map<String, byte[]> silences = new LinkedHashMap<>();
    silences.put("a byte of a preface", bytes("P"));
    silences.put("a line of a preface", bytes("PRI * HTTP/2.0"));
    silences.put("a preface", bytes(PREFACE));
    silences.put("a preface and half of its settings", Arrays.copyOf(begun, begun.length - 2));
    silences.put("a head that goes on", concat(begun, head));
    silences.put(
        "a head that goes on after a request",
        concat(begun, wholeHead, frame(HEADERS, END_STREAM, 3)));
    silences.put(
        "a continuation that goes on",
        concat(begun, frame(HEADERS, END_STREAM, 1), frame(CONTINUATION, 0, 1, ONE_BYTE)));
    silences.put("half a head", concat(begun, Arrays.copyOf(wholeHead, wholeHead.length - 1)));
    silences.put("half the beginning of a frame", concat(begun, Arrays.copyOf(wholeHead, 5)));
    silences.put(
        "half a ping", concat(begun, wholeHead, Arrays.copyOf(frame(PING, 0, 0, new byte[8]), 12)));
    Map<String, CompletableFuture<Duration>> closed = new LinkedHashMap<>();
    silences.forEach((what, bytes) -> closed.put(what, closedAfter(bytes)));
    closed.put("a head, byte by byte", closedAfter(begun, head));
    closed.put("a preface, byte by byte", closedAfter(new byte[0], bytes(PREFACE)));
    for (Map.Entry<String, CompletableFuture<Duration>> each : closed.entrySet()) {
      assertThat(each.getValue().get(40, TimeUnit.SECONDS))
          .as(each.getKey())
          .isBetween(Duration.ofSeconds(9), Duration.ofSeconds(20));
    }
    assertThat(log.toString(StandardCharsets.UTF_8)).doesNotContain("\tat ");
  }

  @Test
  void aRequestMayComeByteByByte() throws Exception {
    try (RawHttp2 client = new RawHttp2(gateway.getPort())) {
      byte[] all =
          concat(
              bytes(PREFACE),
              frame(SETTINGS, 0, 0),
              frame(HEADERS, END_STREAM, 1, headOf("GET", "/nobody/")),
              frame(CONTINUATION, 0, 1),
              frame(CONTINUATION, END_HEADERS, 1, fields("a", "b")));
      for (byte each : all) {
        client.send(new byte[] {each});
      }
      assertThat(client.readStream(1)).hasSize(2);
    }
  }

  @Test
  void moreStreamsThanAConnectionMayHaveAreRefused() throws Exception {
    try (RawHttp2 client = RawHttp2.open(gateway.getPort())) {
      for (int i = 0; i < 266; i++) {
        client.send(frame(HEADERS, END_HEADERS, 2 * i + 1, headOf("POST", "/up/")));
      }
      for (int i = 256; i < 266; i++) {
        RawHttp2.Frame refused = client.next(RST_STREAM);
        assertThat(refused.stream()).isEqualTo(2 * i + 1);
        assertThat(refused.code()).isEqualTo(RawHttp2.REFUSED_STREAM);
        // Its body was on its way.
        client.send(frame(DATA, END_STREAM, refused.stream(), new byte[10]));
      }
      client.send(frame(PING, 0, 0, new byte[8]));
      assertThat(client.readTo(PING)).noneMatch(frame -> frame.type() == GOAWAY);
    }
    assertThat(log.toString(StandardCharsets.UTF_8)).doesNotContain("\tat ").hasSizeLessThan(500);
  }

  /** The request's own deadlines are for its body: they are longer. */
  @Test
  void aBodyMayPauseInTheMiddleOfAFrame() throws Exception {
    ScriptedInstance.Script echo =
        (in, to) -> {
          byte[] got = in.readNBytes(100);
          ScriptedInstance.write(to, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
          assertThat(got).hasSize(100);
        };
    try (ScriptedInstance answering = new ScriptedInstance(echo);
        RawHttp2 client = RawHttp2.open(gateway.getPort())) {
      consul.register("other-1", "other", answering.port());
      await().until(() -> get("/").body().contains("other"));
      byte[] data = frame(DATA, END_STREAM, 1, new byte[100]);
      client.send(
          frame(HEADERS, END_HEADERS, 1, headOf("POST", "/other/", "content-length", "100")),
          Arrays.copyOf(data, 50));
      Thread.sleep(11_000);
      client.send(Arrays.copyOfRange(data, 50, data.length));
      assertThat(client.readStream(1).getLast().endsStream()).isTrue();
    }
  }

  @Test
  void aStreamUnderWayIsAnsweredWhenTheGatewayIsToldToStop() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    try (ScriptedInstance answering =
            new ScriptedInstance(
                (in, to) -> {
                  awaitLatch(go);
                  ScriptedInstance.write(to, OK);
                });
        RawHttp2 client = RawHttp2.open(gateway.getPort())) {
      consul.register("other-1", "other", answering.port());
      await().until(() -> get("/").body().contains("other"));
      client.send(RawHttp2.get(1, "/other/"));
      await().until(() -> !answering.heads().isEmpty());
      Transport transport = gateway.getApplicationContext().getBean(Transport.class);
      transport
          .loops()
          .forEach(loop -> loop.eventLoop().execute(() -> loop.drain(Duration.ofSeconds(20))));
      assertThat(client.next(GOAWAY).code()).isZero();
      Thread.sleep(300);
      go.countDown();
      assertThat(client.readStream(1).getLast().endsStream()).isTrue();
      assertThat(client.read()).isNull();
    }
  }

  /** What speaks another protocol, and got this far, would not understand an answer. */
  @Test
  void whatIsNoHttpAtAllIsClosedWithoutAnAnswer() throws Exception {
    assertThat(raw("INVALID CONNECTION PREFACE\r\n\r\n")).isEmpty();
    assertThat(raw("GET /up/\r\nHost: h\r\n\r\n")).startsWith("HTTP/1.1 400 ");
  }

  /**
   * Some 500 streams a second that the gateway must reset.
   *
   * @return over how many connections
   */
  private int attack(int streams) {
    byte[] head = frame(HEADERS, END_HEADERS, 1, headOf("POST", "/up/"));
    byte[] fault = frame(WINDOW_UPDATE, 0, 1, integer(0));
    int connections = 0;
    for (int sent = 0; sent < streams; ) {
      connections++;
      try (RawHttp2 client = RawHttp2.open(gateway.getPort())) {
        CompletableFuture<List<RawHttp2.Frame>> frames = readToEnd(client);
        for (int stream = 1; sent < streams && !frames.isDone(); stream += 2, sent++) {
          client.send(onStream(stream, head));
          Thread.sleep(2);
          client.send(onStream(stream, fault));
        }
      } catch (IOException closed) {
        // And on with the next.
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
    return connections;
  }

  /** Sends them as streams 1, 3 and so on, as fast as it can. */
  private static void sendUntilClosed(RawHttp2 client, byte[] head, byte[] fault) {
    try {
      for (int stream = 1; stream < 4000; stream += 2) {
        client.send(onStream(stream, head));
        client.send(onStream(stream, fault));
      }
    } catch (IOException closed) {
      // As it should be.
    }
  }

  private static byte[] onStream(int stream, byte[] frame) {
    byte[] copy = frame.clone();
    System.arraycopy(integer(stream), 0, copy, 5, 4);
    if (copy[3] == PRIORITY && copy[2] == 5) {
      System.arraycopy(integer(stream), 0, copy, 9, 4);
    }
    return copy;
  }

  private static CompletableFuture<List<RawHttp2.Frame>> readToEnd(RawHttp2 client) {
    CompletableFuture<List<RawHttp2.Frame>> frames = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                frames.complete(client.readToEnd());
              } catch (IOException e) {
                frames.completeExceptionally(e);
              }
            });
    return frames;
  }

  /** From the first byte to the end of the connection. */
  private CompletableFuture<Duration> closedAfter(byte[] bytes, byte... oneASecond) {
    CompletableFuture<Duration> time = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(
            () -> {
              try (RawHttp2 client = new RawHttp2(gateway.getPort())) {
                CompletableFuture<List<RawHttp2.Frame>> frames = readToEnd(client);
                long start = System.nanoTime();
                client.send(bytes);
                for (int i = 0; i < oneASecond.length && !frames.isDone(); i++) {
                  client.send(new byte[] {oneASecond[i]});
                  Thread.sleep(1000);
                }
                frames.get(30, TimeUnit.SECONDS);
                time.complete(Duration.ofNanos(System.nanoTime() - start));
              } catch (Exception e) {
                time.completeExceptionally(e);
              }
            });
    return time;
  }

  private static int busyStreams(Loop loop) {
    try {
      // Each connection of HTTP/2 counts as busy itself.
      return loop.eventLoop().submit(loop::busy).get() - 1;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static boolean isCalm(RawHttp2.Frame frame) {
    return frame.type() == GOAWAY && frame.code() == ENHANCE_YOUR_CALM;
  }

  private static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  private static byte[] repeat(byte[] frame, int times) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int i = 0; i < times; i++) {
      all.writeBytes(frame);
    }
    return all.toByteArray();
  }

  private static Arguments post(String what, int code, byte[] fault) {
    byte[] fields = headOf("POST", "/up/", "content-length", "100");
    return Arguments.of(what, code, frame(HEADERS, END_HEADERS, 1, fields), fault);
  }

  private static Arguments get(String what, int code, byte[] fault) {
    return Arguments.of(what, code, RawHttp2.get(1, "/up/"), fault);
  }

  private static Arguments head(String what, String... fields) {
    return Arguments.of(what, fields(fields));
  }

  /** A request that is whole, and more. */
  private static String[] all(String... more) {
    List<String> all =
        new ArrayList<>(
            List.of(":method", "GET", ":scheme", "http", ":path", "/up/", ":authority", "h"));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }
}
