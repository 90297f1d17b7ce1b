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

  /** A service's meta that says whose it is. */
  public static final String OWN =
      "\"nomad-job\": \"${NOMAD_JOB_ID}\", \"nomad-group\": \"${NOMAD_GROUP_NAME}\"";

  private final HttpServer server;
  private final int port;
  private final AtomicInteger requests = new AtomicInteger();
  private final List<Integer> scaledTo = new ArrayList<>();
  private int count;
  private long version = 3;
  private long index = 100;
  private String type = "service";
  private String scaling = "null";
  private List<String> services = List.of(service("up", "\"public\"", OWN));
  private boolean known = true;
  private boolean elsewhere;
  private boolean failing;
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

  /** How often it was asked anything else than what its job is, which is asked now and then. */
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

  public synchronized void knowsTheJob() {
    known = true;
  }

  /** As the job is of another namespace. */
  public synchronized void hasTheJobElsewhere() {
    known = false;
    elsewhere = true;
  }

  /** Answers 500 to everything, as a server without a leader does. */
  public synchronized void failing(boolean failing) {
    this.failing = failing;
  }

  public synchronized void type(String type) {
    this.type = type;
  }

  /** The group's scaling block, as JSON. */
  public synchronized void scaling(String scaling) {
    this.scaling = scaling;
  }

  /** The service blocks of the group, instead of one for {@code up}. */
  public synchronized void registers(String... services) {
    this.services = List.of(services);
  }

  /** A service block as Nomad has it: what the job file says, not filled in. */
  public static String service(String name, String tags, String meta) {
    return """
    {"Name": "%s", "Provider": "consul", "PortLabel": "http", "Tags": [%s], "Meta": {%s},
     "Checks": [{"Type": "http", "Path": "/ready"}]}
    """
        .formatted(name, tags, meta);
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
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      if (!path.equals("/v1/job/job")) {
        requests.incrementAndGet();
      }
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      waitAsAsked(exchange.getRequestURI().getQuery());
      int status = 200;
      String text;
      synchronized (this) {
        if (failing) {
          status = 500;
          text = "No cluster leader";
        } else if (path.equals("/v1/jobs")) {
          text = elsewhere ? "[{\"ID\": \"job\", \"Namespace\": \"team\"}]" : "[]";
        } else if (!known) {
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
    if (query == null || !query.contains("index=") || query.contains("index=0")) {
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
    {"ID": "job", "Name": "job", "ParentID": "", "Namespace": "default", "Region": "global",
     "Type": "%s", "Stop": %s, "Version": %d, "JobModifyIndex": %d, "Meta": null, "TaskGroups": [
      {"Name": "web", "Count": %d, "Scaling": %s, "Meta": null, "Services": [%s],
       "Tasks": [{"Name": "server", "Env": null, "Meta": null, "Services": null}]}]}
    """
        .formatted(type, stopped, version, index, count, scaling, String.join(",", services));
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
