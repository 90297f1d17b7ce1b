package zaguan.gateway;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/**
 * Consul as the catalog needs it, in memory, with the failures that a real one has seldom. That it
 * behaves like a real one is what {@code ConsulContract} tests of both.
 */
public final class FakeConsul implements TestConsul {

  private record Entry(String id, String name, int port, String tags, String meta, int weight) {}

  private record Held(Entry entry, String status, long modifyIndex) {}

  private final Map<String, Held> instances = new TreeMap<>();
  private final Map<String, String> values = new TreeMap<>();
  private final HttpServer server;
  private final AtomicInteger requests = new AtomicInteger();
  private long index = 10;
  private volatile boolean failing;
  private volatile boolean stalled;
  private volatile boolean storeForbidden;

  public FakeConsul() throws IOException {
    this(0);
  }

  public FakeConsul(int port) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.createContext("/", this::answer);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
  }

  @Override
  public String address() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  public int requests() {
    return requests.get();
  }

  /** Answers 500 to everything, as an agent without a leader does. */
  public void failing(boolean failing) {
    this.failing = failing;
    synchronized (this) {
      notifyAll();
    }
  }

  /** No reading or writing of the key/value store, as for a token without the right to. */
  public void forbidsTheStore() {
    storeForbidden = true;
  }

  /** As if somebody had written it to the key/value store. */
  public synchronized void keeps(String key, String value) {
    values.put(key, Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8)));
  }

  /** Whoever asks from now on, or waits, gets no answer, not even later. */
  public void stalled(boolean stalled) {
    this.stalled = stalled;
  }

  @Override
  public void register(String id, String name, int port, Map<String, String> meta, String status) {
    register(id, name, port, "\"public\"", meta, status);
  }

  private synchronized void register(
      String id, String name, int port, String tags, Map<String, String> meta, String status) {
    String json =
        meta.entrySet().stream()
            .map(each -> "\"" + each.getKey() + "\": \"" + each.getValue() + "\"")
            .collect(Collectors.joining(", ", "{", "}"));
    Held before = instances.get(id);
    index++;
    // A registration alone leaves the check as it was.
    long checked = before != null && before.status().equals(status) ? before.modifyIndex() : index;
    instances.put(id, new Held(new Entry(id, name, port, tags, json, 1), status, checked));
    notifyAll();
  }

  @Override
  public synchronized void status(String id, String status) {
    Held held = instances.get(id);
    if (held == null) {
      throw new IllegalArgumentException(id);
    }
    instances.put(id, new Held(held.entry(), status, ++index));
    notifyAll();
  }

  @Override
  public synchronized void deregister(String id) {
    instances.remove(id);
    index++;
    notifyAll();
  }

  /** As a Consul that was restored from an old snapshot, or begun anew. */
  public synchronized void indexGoesBack() {
    index = 1;
    notifyAll();
  }

  @Override
  public void close() {
    server.stop(0);
    failing(true);
  }

  private void answer(HttpExchange exchange) throws IOException {
    requests.incrementAndGet();
    try (exchange) {
      String query = exchange.getRequestURI().getQuery();
      if (query != null && query.contains("index=")) {
        waitForNewer(query);
      }
      if (stalled) {
        new CountDownLatch(1).await();
      }
      int status;
      byte[] body;
      synchronized (this) {
        String path = exchange.getRequestURI().getPath();
        String text;
        boolean ofStore = path.startsWith("/v1/kv/");
        if (failing) {
          text = "No cluster leader";
        } else if (ofStore) {
          text = storeForbidden ? "Permission denied" : store(exchange, path.substring(7));
        } else {
          text = body(path);
        }
        status = failing ? 500 : ofStore && storeForbidden ? 403 : text.isEmpty() ? 404 : 200;
        body = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("X-Consul-Index", String.valueOf(index));
      }
      exchange.sendResponseHeaders(status, body.length);
      exchange.getResponseBody().write(body);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void waitForNewer(String query) {
    Map<String, String> parameters =
        Arrays.stream(query.split("&", -1))
            .map(each -> each.split("=", 2))
            .collect(Collectors.toMap(each -> each[0], each -> each[1]));
    long known = Long.parseLong(parameters.getOrDefault("index", "0"));
    long millis = Long.parseLong(parameters.getOrDefault("wait", "0ms").replace("ms", ""));
    long end = System.nanoTime() + millis * 1_000_000;
    try {
      while (index == known && !failing && System.nanoTime() < end) {
        wait(Math.max(1, (end - System.nanoTime()) / 1_000_000));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The key/value store; empty for what is not there. */
  private String store(HttpExchange exchange, String key) throws IOException {
    switch (exchange.getRequestMethod()) {
      case "PUT" -> {
        String value = Base64.getEncoder().encodeToString(exchange.getRequestBody().readAllBytes());
        if ("cas=0".equals(exchange.getRequestURI().getQuery())) {
          return String.valueOf(values.putIfAbsent(key, value) == null);
        }
        values.put(key, value);
      }
      case "DELETE" -> values.remove(key);
      default -> {
        String found =
            values.entrySet().stream()
                .filter(each -> each.getKey().startsWith(key))
                .map(
                    each ->
                        "{\"Key\": \"%s\", \"Value\": \"%s\"}"
                            .formatted(each.getKey(), each.getValue()))
                .collect(Collectors.joining(","));
        return found.isEmpty() ? "" : "[" + found + "]";
      }
    }
    return "true";
  }

  private String body(String path) {
    if (path.equals("/v1/catalog/services")) {
      Map<String, Set<String>> tags = new TreeMap<>();
      instances
          .values()
          .forEach(
              held -> {
                Set<String> of = tags.computeIfAbsent(held.entry().name(), n -> new TreeSet<>());
                if (!held.entry().tags().isEmpty()) {
                  of.add(held.entry().tags());
                }
              });
      return tags.entrySet().stream()
          .map(each -> "\"" + each.getKey() + "\": " + each.getValue())
          .collect(Collectors.joining(",", "{", "}"));
    }
    if (path.equals("/v1/health/state/any")) {
      return instances.values().stream()
          .map(FakeConsul::check)
          .collect(Collectors.joining(",", "[", "]"));
    }
    String name = path.substring("/v1/health/service/".length());
    return instances.values().stream()
        .filter(held -> held.entry().name().equals(name))
        .map(
            held ->
                """
                {"Node": {"Node": "n1", "Address": "127.0.0.1"},
                 "Service": {"ID": "%s", "Service": "%s", "Address": "", "Port": %d,
                   "Tags": [%s], "Meta": %s, "Weights": {"Passing": %d, "Warning": 1}},
                 "Checks": [{"Status": "passing"}, %s]}
                """
                    .formatted(
                        held.entry().id(),
                        held.entry().name(),
                        held.entry().port(),
                        held.entry().tags(),
                        held.entry().meta(),
                        held.entry().weight(),
                        check(held)))
        .collect(Collectors.joining(",", "[", "]"));
  }

  private static String check(Held held) {
    return """
    {"Node": "n1", "CheckID": "c-%s", "Status": "%s", "ServiceID": "%s", "ServiceName": "%s",
     "Definition": {"Interval": "1s"}, "ModifyIndex": %d}
    """
        .formatted(
            held.entry().id(),
            held.status(),
            held.entry().id(),
            held.entry().name(),
            held.modifyIndex());
  }
}
