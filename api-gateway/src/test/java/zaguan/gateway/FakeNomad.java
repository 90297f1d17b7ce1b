package zaguan.gateway;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Nomad with one job of one group, in memory, and with the failures that a real one has seldom. The
 * system tests have the real one.
 */
public final class FakeNomad implements AutoCloseable {

  private static final Pattern COUNT = Pattern.compile("\"Count\":(\\d+)");
  private static final Pattern INDEX = Pattern.compile("\"JobModifyIndex\":(\\d+)");

  private final HttpServer server;
  private final int port;
  private final AtomicInteger requests = new AtomicInteger();
  private final List<Integer> scaledTo = new ArrayList<>();
  private int count;
  private long version = 3;
  private long index = 100;
  private boolean known = true;
  private boolean stopped;
  private boolean places = true;
  private boolean deploying;
  private boolean deploymentFails;
  private boolean allocationFails;

  /**
   * @param port of its only instance, when it is to have one
   */
  public FakeNomad(int port) throws IOException {
    this.port = port;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
  }

  public String address() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  /** How often it was asked anything. */
  public int requests() {
    return requests.get();
  }

  /** Each time it scaled the job. */
  public synchronized List<Integer> scaledTo() {
    return List.copyOf(scaledTo);
  }

  /** The job is to have an instance, without having been scaled. */
  public synchronized void runs() {
    count = 1;
  }

  public synchronized void forgetsTheJob() {
    known = false;
  }

  public synchronized void jobIsStopped() {
    stopped = true;
  }

  /** Whether there is a place for an instance. */
  public synchronized void places(boolean places) {
    this.places = places;
  }

  /** A deployment is under way, for others than the gateway. */
  public synchronized void deploying(boolean deploying) {
    this.deploying = deploying;
  }

  public synchronized void nextDeploymentFails() {
    deploymentFails = true;
  }

  public synchronized void nextAllocationFails() {
    allocationFails = true;
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    requests.incrementAndGet();
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      waitAsAsked(exchange.getRequestURI().getQuery());
      int status = 200;
      String text;
      synchronized (this) {
        if (!known) {
          status = 404;
          text = "job not found";
        } else if (path.endsWith("/scale")) {
          text = scale(body);
          status = text.startsWith("{") ? 200 : 400;
        } else {
          text = read(path);
        }
        exchange.getResponseHeaders().set("X-Nomad-Index", String.valueOf(index));
      }
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(status, bytes.length);
      exchange.getResponseBody().write(bytes);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void waitAsAsked(String query) throws InterruptedException {
    if (query == null || query.contains("index=0")) {
      return;
    }
    long known = Long.parseLong(query.replaceAll(".*index=(\\d+).*", "$1"));
    long until = System.nanoTime() + 500_000_000;
    while (known == index && System.nanoTime() < until) {
      wait(10);
    }
  }

  private String scale(String body) {
    Matcher wanted = COUNT.matcher(body);
    Matcher read = INDEX.matcher(body);
    if (!wanted.find() || !read.find()) {
      return "not understood: " + body;
    }
    if (deploying) {
      return "job scaling blocked due to active deployment";
    }
    if (Long.parseLong(read.group(1)) != index) {
      return "Enforcing job modify index " + read.group(1) + ": conflicting job modify index";
    }
    count = Integer.parseInt(wanted.group(1));
    scaledTo.add(count);
    version++;
    index++;
    notifyAll();
    return "{}";
  }

  private String read(String path) {
    if (path.endsWith("/allocations")) {
      return count > 0 && places ? "[" + allocation() + "]" : "[]";
    }
    if (path.startsWith("/v1/allocation/")) {
      return allocation();
    }
    if (path.endsWith("/evaluations")) {
      return places
          ? "[]"
          : """
          [{"Status": "blocked", "FailedTGAllocs": {"web": {"NodesEvaluated": 1,
            "ConstraintFiltered": null, "DimensionExhausted": {"memory": 1}}}}]
          """;
    }
    if (path.endsWith("/deployment")) {
      return """
      {"JobVersion": %d, "Status": "%s", "StatusDescription": "Failed due to progress deadline"}
      """
          .formatted(version, deploymentFails ? "failed" : deploying ? "running" : "successful");
    }
    return """
    {"ID": "job", "Stop": %s, "Version": %d, "JobModifyIndex": %d, "TaskGroups": [
      {"Name": "web", "Count": %d, "Services": [{"Name": "up", "PortLabel": "http",
        "Checks": [{"Type": "http", "Path": "/ready"}]}], "Tasks": [{"Services": null}]}]}
    """
        .formatted(stopped, version, index, count);
  }

  private String allocation() {
    return """
    {"ID": "0a1b2c3d-0000", "TaskGroup": "web", "NodeName": "n1", "DesiredStatus": "run",
     "ClientStatus": "%s", "CreateIndex": %d,
     "TaskStates": {"web": {"Events": [{"DisplayMessage": "Exit Code: 1"}]}},
     "AllocatedResources": {"Shared": {"Ports": [
       {"Label": "http", "Value": %d, "HostIP": "127.0.0.1"}]}}}
    """
        .formatted(allocationFails ? "failed" : "running", index + 1, port);
  }
}
