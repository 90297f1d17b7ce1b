package zaguan.discovery;

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
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Consul as the catalog needs it, in memory, with the failures that a real one has seldom. That it
 * behaves like a real one is what {@code ConsulContract} tests of both.
 */
public final class FakeConsul implements TestConsul {

  private static final String ONE_SERVICE = "/v1/health/service/";

  private static final int LONGEST_VALUE = 512 * 1024;

  private record Held(Registration entry, long createIndex, long modifyIndex) {}

  private record Value(String base64, long modifyIndex) {}

  private final Map<String, Held> instances = new TreeMap<>();
  private final Map<String, Value> values = new TreeMap<>();

  /** Instead of what it would say. */
  private final Map<String, String> spoiled = new ConcurrentHashMap<>();

  private final HttpServer server;
  private final AtomicInteger requests = new AtomicInteger();
  private long index = 10;
  private long storeIndex = 10;
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
    put(key, Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8)));
  }

  /** What is in the key/value store; null for nothing. */
  public synchronized @Nullable String kept(String key) {
    Value value = values.get(key);
    return value == null
        ? null
        : new String(Base64.getDecoder().decode(value.base64()), StandardCharsets.UTF_8);
  }

  /** As by hand. */
  public synchronized void loses(String key) {
    values.remove(key);
    storeIndex++;
    notifyAll();
  }

  /**
   * Answers so to the question for one service, from now on.
   *
   * @param answer the body of a 200; a number for another status, without a body; empty for none,
   *     ever
   */
  public void spoils(String service, String answer) {
    spoiled.put(service, answer);
  }

  /** Answers as it should again. */
  public void mends(String service) {
    spoiled.remove(service);
  }

  private void put(String key, String base64) {
    values.put(key, new Value(base64, ++storeIndex));
    notifyAll();
  }

  /** Whoever asks from now on, or waits, gets no answer, not even later. */
  public void stalled(boolean stalled) {
    this.stalled = stalled;
  }

  @Override
  public synchronized void register(Registration registration) {
    Held before = instances.get(registration.id());
    index++;
    long created = before == null ? index : before.createIndex();
    // A registration alone leaves the check as it was.
    long checked =
        before != null && before.entry().status().equals(registration.status())
            ? before.modifyIndex()
            : index;
    instances.put(registration.id(), new Held(registration, created, checked));
    notifyAll();
  }

  @Override
  public synchronized void status(String id, String status) {
    Held held = instances.get(id);
    if (held == null) {
      throw new IllegalArgumentException(id);
    }
    instances.put(id, new Held(held.entry().is(status), held.createIndex(), ++index));
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
        waitForNewer(query, exchange.getRequestURI().getPath().startsWith("/v1/kv/"));
      }
      String spoilt = spoiled.get(named(exchange.getRequestURI().getPath()));
      if (stalled || "".equals(spoilt)) {
        new CountDownLatch(1).await();
      }
      int status;
      byte[] body;
      synchronized (this) {
        String path = exchange.getRequestURI().getPath();
        String text;
        boolean ofStore = path.startsWith("/v1/kv/");
        boolean named = path.startsWith(ONE_SERVICE);
        if (failing) {
          text = "No cluster leader";
        } else if (ofStore) {
          text = storeForbidden ? "Permission denied" : store(exchange, path.substring(7));
        } else if (named && spoilt != null) {
          text = spoilt;
        } else {
          text = body(path);
        }
        status =
            failing
                ? 500
                : ofStore && storeForbidden
                    ? 403
                    : named
                        ? statusFor(path, text)
                        : text.isEmpty()
                            ? 404
                            : text.matches("4\\d\\d") ? Integer.parseInt(text) : 200;
        body = text.getBytes(StandardCharsets.UTF_8);
        exchange
            .getResponseHeaders()
            .set("X-Consul-Index", String.valueOf(ofStore ? storeIndex : index));
      }
      exchange.sendResponseHeaders(status, body.length);
      exchange.getResponseBody().write(body);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String named(String path) {
    return path.startsWith(ONE_SERVICE) ? path.substring(ONE_SERVICE.length()) : path;
  }

  /** A real one cleans paths, and refuses what cannot be printed. */
  private static int statusFor(String path, String text) {
    String name = named(path);
    if (name.equals(".") || name.equals("..")) {
      return 307;
    }
    boolean printable =
        name.chars()
            .noneMatch(
                each ->
                    Character.isISOControl(each)
                        || Character.getType(each) == Character.FORMAT
                        || (Character.isSpaceChar(each) && each != ' '));
    return !printable ? 400 : text.matches("\\d{3}") ? Integer.parseInt(text) : 200;
  }

  private synchronized void waitForNewer(String query, boolean ofStore) {
    Map<String, String> parameters =
        Arrays.stream(query.split("&", -1))
            .map(each -> each.split("=", 2))
            .collect(Collectors.toMap(each -> each[0], each -> each[1]));
    long known = Long.parseLong(parameters.getOrDefault("index", "0"));
    long millis = Long.parseLong(parameters.getOrDefault("wait", "0ms").replace("ms", ""));
    long end = System.nanoTime() + millis * 1_000_000;
    try {
      while ((ofStore ? storeIndex : index) == known && !failing && System.nanoTime() < end) {
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
        byte[] sent = exchange.getRequestBody().readAllBytes();
        if (!key.equals(key.strip())) {
          return "400"; // As a real one says: leading/trailing spaces are not allowed.
        }
        if (sent.length > LONGEST_VALUE) {
          return "413";
        }
        String value = Base64.getEncoder().encodeToString(sent);
        if (!mayWrite(exchange.getRequestURI().getQuery(), key)) {
          return "false";
        }
        put(key, value);
      }
      case "DELETE" -> {
        if (!mayWrite(exchange.getRequestURI().getQuery(), key)) {
          return "false";
        }
        values.remove(key);
        storeIndex++;
        notifyAll();
      }
      default -> {
        String found =
            values.entrySet().stream()
                .filter(each -> each.getKey().startsWith(key))
                .map(
                    each ->
                        "{\"Key\": \"%s\", \"Value\": \"%s\", \"ModifyIndex\": %d}"
                            .formatted(
                                each.getKey(),
                                each.getValue().base64(),
                                each.getValue().modifyIndex()))
                .collect(Collectors.joining(","));
        return found.isEmpty() ? "" : "[" + found + "]";
      }
    }
    return "true";
  }

  /** Check-and-set. */
  private boolean mayWrite(@Nullable String query, String key) {
    if (query == null || !query.startsWith("cas=")) {
      return true;
    }
    Value before = values.get(key);
    return Long.parseLong(query.substring(4)) == (before == null ? 0 : before.modifyIndex());
  }

  private String body(String path) {
    if (path.equals("/v1/catalog/services")) {
      Map<String, Set<String>> tags = new TreeMap<>();
      instances
          .values()
          .forEach(
              held -> {
                Set<String> of = tags.computeIfAbsent(held.entry().name(), n -> new TreeSet<>());
                held.entry().tags().forEach(tag -> of.add(Registration.quoted(tag)));
              });
      return tags.entrySet().stream()
          .map(each -> Registration.quoted(each.getKey()) + ": " + each.getValue())
          .collect(Collectors.joining(",", "{", "}"));
    }
    if (path.equals("/v1/health/state/any")) {
      return instances.values().stream()
          .map(FakeConsul::check)
          .collect(Collectors.joining(",", "[", "]"));
    }
    String name = named(path);
    return instances.values().stream()
        // As a real one: the index is of names in lower case.
        .filter(held -> held.entry().name().equalsIgnoreCase(name))
        .map(
            held ->
                """
                {"Node": {"Node": "n1", "Address": "127.0.0.1"},
                 "Service": {"Kind": "%s", "ID": %s, "Service": %s, "Address": %s, "Port": %d,
                   "Tags": %s, "Meta": %s, "Weights": {"Passing": %d, "Warning": %d},
                   "CreateIndex": %d},
                 "Checks": [{"Status": "passing"}, %s]}
                """
                    .formatted(
                        held.entry().kind(),
                        Registration.quoted(held.entry().id()),
                        Registration.quoted(held.entry().name()),
                        Registration.quoted(held.entry().address()),
                        held.entry().port(),
                        held.entry().tagsAsJson(),
                        held.entry().metaAsJson(),
                        held.entry().passing(),
                        held.entry().warning(),
                        held.createIndex(),
                        check(held)))
        .collect(Collectors.joining(",", "[", "]"));
  }

  private static String check(Held held) {
    return """
    {"Node": "n1", "CheckID": %s, "Status": "%s", "ServiceID": %s, "ServiceName": %s,
     "Definition": {"Interval": "1s"}, "ModifyIndex": %d}
    """
        .formatted(
            Registration.quoted("c-" + held.entry().id()),
            held.entry().status(),
            Registration.quoted(held.entry().id()),
            Registration.quoted(held.entry().name()),
            held.modifyIndex());
  }
}
