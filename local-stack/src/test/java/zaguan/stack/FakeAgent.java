package zaguan.stack;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Nomad, Consul or a front door, that says what it is told; 404 to all else. */
final class FakeAgent implements AutoCloseable {

  private final HttpServer server;
  private final Map<String, String> answers = new ConcurrentHashMap<>();
  private final Map<String, Map<String, String>> logs = new ConcurrentHashMap<>();
  private final List<String> asked = new CopyOnWriteArrayList<>();

  FakeAgent() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::answer);
    server.start();
  }

  FakeAgent says(String path, String json) {
    answers.put(path, json);
    return this;
  }

  /** As Nomad does of an allocation's files. */
  FakeAgent logs(String allocation, String file, String text) {
    logs.computeIfAbsent(allocation, _ -> new ConcurrentHashMap<>()).put(file, text);
    return this;
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + port());
  }

  int port() {
    return server.getAddress().getPort();
  }

  List<String> asked() {
    return asked;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      asked.add(path);
      byte[] body = body(path, exchange.getRequestURI().getQuery());
      exchange.sendResponseHeaders(body == null ? 404 : 200, body == null ? -1 : body.length);
      if (body != null) {
        exchange.getResponseBody().write(body);
      }
    }
  }

  private byte @Nullable [] body(String path, String query) {
    String[] words = path.split("/", -1);
    Map<String, String> files = logs.get(words[words.length - 1]);
    if (path.startsWith("/v1/client/fs/ls/") && files != null) {
      StringBuilder list = new StringBuilder("[");
      new TreeMap<>(files)
          .forEach(
              (name, text) ->
                  list.append(list.length() == 1 ? "" : ",")
                      .append(
                          "{\"Name\": \"%s\", \"Size\": %d}".formatted(name, bytes(text).length)));
      return bytes(list.append(']').toString());
    }
    if (path.startsWith("/v1/client/fs/readat/") && files != null) {
      byte[] text =
          bytes(files.getOrDefault(query.replaceAll(".*/alloc/logs/([^&]+).*", "$1"), ""));
      int offset = Integer.parseInt(query.replaceAll(".*offset=(\\d+).*", "$1"));
      int limit = Integer.parseInt(query.replaceAll(".*limit=(\\d+).*", "$1"));
      return Arrays.copyOfRange(text, offset, Math.min(text.length, offset + limit));
    }
    String answer = answers.get(path);
    return answer == null ? null : bytes(answer);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
