package zaguan.gateway.transport;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An instance by the byte: keeps the head of each request that it got, and answers as it is told.
 * Each connection is closed after its answer, unless the instance keeps its connections.
 *
 * <p>Not an HTTP server, which would not break off in the middle, and would not show what it got.
 */
final class ScriptedInstance implements AutoCloseable {

  /**
   * Answers one request, whose head has been read; if the instance keeps its connections, the input
   * is its body.
   */
  interface Script {
    void answer(InputStream in, OutputStream out) throws IOException;
  }

  private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: (\\d+)\r\n");

  private final ServerSocket server;
  private final Script script;
  private final boolean keeps;
  private final List<String> heads = new CopyOnWriteArrayList<>();

  ScriptedInstance(Script script) throws IOException {
    this(script, false);
  }

  ScriptedInstance(Script script, boolean keeps) throws IOException {
    this(0, script, keeps);
  }

  ScriptedInstance(int port, Script script, boolean keeps) throws IOException {
    this.script = script;
    this.keeps = keeps;
    server = new ServerSocket(port, 1024, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  static ScriptedInstance answering(String response) throws IOException {
    return new ScriptedInstance((in, out) -> write(out, response));
  }

  static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
  }

  int port() {
    return server.getLocalPort();
  }

  /** The heads of the requests so far, each with its lines as they came. */
  List<String> heads() {
    return List.copyOf(heads);
  }

  @Override
  public void close() throws IOException {
    server.close();
  }

  private static int length(String head) {
    Matcher matcher = LENGTH.matcher(head);
    return matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
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
      InputStream in = new BufferedInputStream(socket.getInputStream());
      do {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
          int next = in.read();
          if (next < 0) {
            return;
          }
          head.append((char) next);
        }
        heads.add(head.toString());
        InputStream body =
            keeps ? new ByteArrayInputStream(in.readNBytes(length(head.toString()))) : in;
        script.answer(body, socket.getOutputStream());
      } while (keeps);
    } catch (IOException e) {
      // The gateway went away: what it got by then is in the heads.
    }
  }
}
