package zaguan.gateway.transport;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A client of HTTP/2 by the byte: it may send what no library would. */
final class RawHttp2 implements AutoCloseable {

  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int PRIORITY = 2;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int PING = 6;
  static final int GOAWAY = 7;
  static final int WINDOW_UPDATE = 8;
  static final int CONTINUATION = 9;

  static final int END_STREAM = 1;
  static final int ACK = 1;
  static final int END_HEADERS = 4;

  static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

  /** Of RFC 9113, 7. */
  static final int PROTOCOL_ERROR = 1;

  static final int FLOW_CONTROL_ERROR = 3;
  static final int STREAM_CLOSED = 5;
  static final int FRAME_SIZE_ERROR = 6;
  static final int REFUSED_STREAM = 7;
  static final int ENHANCE_YOUR_CALM = 11;

  /** What came. */
  record Frame(int type, int flags, int stream, ByteBuffer payload) {

    /** Why the stream, or the connection, ends. */
    int code() {
      return payload.getInt(type == GOAWAY ? 4 : 0);
    }

    boolean endsStream() {
      return (type == DATA || type == HEADERS) && (flags & END_STREAM) != 0;
    }

    @Override
    public String toString() {
      boolean error = type == RST_STREAM || type == GOAWAY;
      return "type " + type + " on stream " + stream + (error ? ", code " + code() : "");
    }
  }

  private final Socket socket;
  private final DataInputStream in;

  /** Says nothing yet. */
  RawHttp2(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(GatewayByItself.SILENCE);
    in = new DataInputStream(socket.getInputStream());
  }

  /** Has said the preface and its SETTINGS. */
  static RawHttp2 open(int port) throws IOException {
    RawHttp2 client = new RawHttp2(port);
    client.send(bytes(PREFACE), frame(SETTINGS, 0, 0));
    return client;
  }

  /** In one packet, if it is small enough. */
  void send(byte[]... parts) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.write(part);
    }
    socket.getOutputStream().write(all.toByteArray());
  }

  /** The next frame; null at the end of the connection, in whatever way it ends. */
  @Nullable Frame read() throws IOException {
    try {
      int first = in.readInt();
      int flags = in.readUnsignedByte();
      int stream = in.readInt();
      return new Frame(first & 0xff, flags, stream, ByteBuffer.wrap(in.readNBytes(first >>> 8)));
    } catch (EOFException | SocketException e) {
      return null;
    }
  }

  /** The next frame of the type; what comes before is dropped. */
  Frame next(int type) throws IOException {
    return readTo(type).getLast();
  }

  /** All frames until one of the type, that last. */
  List<Frame> readTo(int type) throws IOException {
    List<Frame> frames = new ArrayList<>();
    for (Frame frame = read(); frame != null; frame = read()) {
      frames.add(frame);
      if (frame.type() == type) {
        return frames;
      }
    }
    throw new EOFException("the connection ended before a frame of type " + type);
  }

  /** All frames until the stream ends, that which ends it last. */
  List<Frame> readStream(int stream) throws IOException {
    List<Frame> frames = new ArrayList<>();
    for (Frame frame = read(); frame != null; frame = read()) {
      if (frame.stream() == stream || frame.type() == GOAWAY) {
        frames.add(frame);
        if (frame.endsStream() || frame.type() == RST_STREAM) {
          return frames;
        }
      }
    }
    throw new EOFException("the connection ended before the stream, after " + frames);
  }

  /** All frames until the connection ends. */
  List<Frame> readToEnd() throws IOException {
    List<Frame> frames = new ArrayList<>();
    for (Frame frame = read(); frame != null; frame = read()) {
      frames.add(frame);
    }
    return frames;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  static byte[] frame(int type, int flags, int stream, byte... payload) {
    return ByteBuffer.allocate(9 + payload.length)
        .putInt(payload.length << 8 | type)
        .put((byte) flags)
        .putInt(stream)
        .put(payload)
        .array();
  }

  static byte[] integer(int value) {
    return ByteBuffer.allocate(4).putInt(value).array();
  }

  /** A request without a body. */
  static byte[] get(int stream, String path) {
    return frame(HEADERS, END_HEADERS | END_STREAM, stream, headOf("GET", path));
  }

  /** The fields of a request. */
  static byte[] headOf(String method, String path, String... more) {
    List<String> all =
        new ArrayList<>(
            List.of(":method", method, ":scheme", "http", ":path", path, ":authority", "h"));
    all.addAll(List.of(more));
    return fields(all.toArray(String[]::new));
  }

  /** Names and values in turn, each literal, as in RFC 7541, 6.2.2. */
  static byte[] fields(String... namesAndValues) {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      block.write(0);
      literal(block, namesAndValues[i]);
      literal(block, namesAndValues[i + 1]);
    }
    return block.toByteArray();
  }

  private static void literal(ByteArrayOutputStream block, String text) {
    if (text.length() >= 127) {
      throw new IllegalArgumentException("longer than a test needs: " + text);
    }
    block.write(text.length());
    block.writeBytes(bytes(text));
  }
}
