package zaguan.system;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.Type;
import zaguan.stack.Checkout;
import zaguan.stack.Endpoints;
import zaguan.stack.Ports;
import zaguan.stack.Stack;
import zaguan.stack.StackOptions;
import zaguan.stack.Status;

/** A running stack, as its user sees it, on ports of its own. */
final class Platform {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final Stack stack;
  private final Checkout checkout;
  private final Path folder;
  private final Endpoints endpoints;

  private Platform(Checkout checkout, Path folder, StackOptions options) {
    this.checkout = checkout;
    this.folder = folder;
    stack = new Stack(checkout, folder, Printed.to(System.err));
    // Whatever ends the tests; twice does no harm.
    Runtime.getRuntime().addShutdownHook(new Thread(stack::down));
    try {
      stack.up(options, Ports.free(RandomGenerator.getDefault()));
    } catch (RuntimeException e) {
      stack.down();
      throw e;
    }
    endpoints = stack.endpoints();
  }

  /** The stack that test classes share: three greeters, two gateways. It ends with the JVM. */
  static Platform shared() {
    return Shared.PLATFORM;
  }

  /** Waits until the shared stack is as it was at first, and all of it knows. */
  void awaitRest() {
    Eventually.is(() -> registered("greeter"), 3);
    Eventually.is(() -> passing("greeter"), 3);
    Eventually.is(() -> passing("api-gateway"), 2);
    Eventually.is(() -> instancesSeenByGateways("greeter"), List.of(3, 3));
    Eventually.is(() -> requestsByGateway().size(), 2);
  }

  static Platform up(Path folder, StackOptions options) {
    return new Platform(checkout(), folder, options);
  }

  /** The clone that is tested. */
  static Checkout checkout() {
    return new Checkout(Path.of(System.getProperty("checkout", "..")));
  }

  void down() {
    stack.down();
  }

  Status status() {
    return stack.status();
  }

  URI frontDoor(String path) {
    return endpoints.frontDoor().resolve(path);
  }

  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return get(frontDoor(path));
  }

  HttpResponse<String> statistics(String path) throws IOException, InterruptedException {
    return get(endpoints.statistics().resolve(path));
  }

  /** The number of instances whose checks pass, as Consul says. */
  int passing(String service) throws IOException, InterruptedException {
    return consul("GET", "/v1/health/service/" + service + "?passing", "").size();
  }

  /** The number of instances, healthy or not. */
  int registered(String service) throws IOException, InterruptedException {
    return consul("GET", "/v1/health/service/" + service, "").size();
  }

  /** The number of registered instances that call themselves ready. */
  int ready(String service) throws IOException, InterruptedException {
    int ready = 0;
    for (JsonNode entry : consul("GET", "/v1/health/service/" + service, "")) {
      int port = entry.path("Service").path("Port").asInt();
      ready += isReady(URI.create("http://127.0.0.1:" + port + "/health/readiness")) ? 1 : 0;
    }
    return ready;
  }

  static boolean isReady(URI readiness) throws IOException, InterruptedException {
    try {
      return get(readiness).statusCode() == 200;
    } catch (ConnectException notStartedYet) {
      return false;
    }
  }

  JsonNode consul(String method, String path, String body)
      throws IOException, InterruptedException {
    HttpResponse<String> response =
        CLIENT.send(
            HttpRequest.newBuilder(endpoints.consul().resolve(path))
                .method(method, BodyPublishers.ofString(body))
                .timeout(Duration.ofSeconds(10))
                .build(),
            BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw new IOException("Consul: " + response.statusCode() + " " + response.body());
    }
    return response.body().isBlank() ? JSON.missingNode() : JSON.readTree(response.body());
  }

  /** What Consul answers, as it is; empty if there is no such thing. */
  String consulText(String path) throws IOException, InterruptedException {
    HttpResponse<String> response = get(endpoints.consul().resolve(path));
    return response.statusCode() == 200 ? response.body() : "";
  }

  /** How many requests Consul has answered since it started. */
  double consulRequests() throws IOException, InterruptedException {
    return get(endpoints.consul().resolve("/v1/agent/metrics?format=prometheus"))
        .body()
        .lines()
        .filter(line -> line.startsWith("consul_api_http_count{"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  /** The SRV records of a name. */
  List<Record> dns(String name) throws IOException {
    SimpleResolver resolver = new SimpleResolver(endpoints.consulDns());
    resolver.setTCP(true);
    resolver.setTimeout(Duration.ofSeconds(5));
    Message answer =
        resolver.send(
            Message.newQuery(Record.newRecord(Name.fromString(name), Type.SRV, DClass.IN)));
    return answer.getSection(Section.ANSWER);
  }

  /** How many instances each gateway would send to; one number a gateway, -1 if it is gone. */
  List<Integer> instancesSeenByGateways(String service) throws IOException, InterruptedException {
    List<Integer> counts = new ArrayList<>();
    for (JsonNode entry : consul("GET", "/v1/health/service/api-gateway?passing", "")) {
      URI gateway =
          URI.create("http://127.0.0.1:" + entry.path("Service").path("Port").asInt() + "/");
      counts.add(instancesSeenBy(gateway, service));
    }
    return counts;
  }

  private static int instancesSeenBy(URI gateway, String service)
      throws IOException, InterruptedException {
    try {
      for (JsonNode route : JSON.readTree(get(gateway).body()).path("routes")) {
        if (route.path("service").asText().equals(service)) {
          return route.path("instances").size();
        }
      }
      return 0;
    } catch (ConnectException killed) {
      return -1;
    }
  }

  /** The requests that HAProxy has sent to each gateway that it holds for up, by its slot. */
  Map<String, Long> requestsByGateway() throws IOException, InterruptedException {
    Map<String, Long> requests = new TreeMap<>();
    for (Server server : servers()) {
      if (server.name().startsWith("gateway") && server.status().startsWith("UP")) {
        requests.put(server.name(), Long.parseLong(server.total()));
      }
    }
    return requests;
  }

  /** Whether a request waits at the front door for a gateway. */
  boolean holdsARequest() throws IOException, InterruptedException {
    return servers().stream()
        .anyMatch(server -> server.name().equals("hold") && !server.current().equals("0"));
  }

  /** What HAProxy says of a server of the gateways' backend. */
  private record Server(String name, String status, String total, String current) {}

  private List<Server> servers() throws IOException, InterruptedException {
    List<String> lines = statistics("/;csv").body().lines().toList();
    List<String> columns = Arrays.asList(lines.getFirst().replace("# ", "").split(",", -1));
    List<Server> servers = new ArrayList<>();
    for (String line : lines.subList(1, lines.size())) {
      List<String> fields = Arrays.asList(line.split(",", -1));
      if (fields.get(columns.indexOf("pxname")).equals("gateways")) {
        servers.add(
            new Server(
                fields.get(columns.indexOf("svname")),
                fields.get(columns.indexOf("status")),
                fields.get(columns.indexOf("stot")),
                fields.get(columns.indexOf("scur"))));
      }
    }
    return servers;
  }

  /** Nomad's command line, as a user has it after {@code eval "$(./stack env)"}; what it prints. */
  String nomad(String... arguments) throws IOException, InterruptedException {
    return asUser("nomad", arguments);
  }

  /** Docker's, likewise. */
  String docker(String... arguments) throws IOException, InterruptedException {
    return asUser("docker", arguments);
  }

  private String asUser(String program, String... arguments)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(List.of("/bin/sh", "-c", "exec " + program + " \"$@\"", program));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(checkout.root().toFile())
            .redirectErrorStream(true)
            .redirectInput(Path.of("/dev/null").toFile());
    builder.environment().putAll(stack.environment());
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int exit = process.waitFor();
    if (exit != 0) {
      throw new IOException(
          program + " " + String.join(" ", arguments) + ": " + exit + "\n" + output);
    }
    return output;
  }

  JsonNode nomadApi(String path) throws IOException, InterruptedException {
    return JSON.readTree(get(endpoints.nomad().resolve(path)).body());
  }

  /** As a user does; Nomad refuses while a deployment is under way, so it waits for its end. */
  void scale(String job, int count) {
    Eventually.within(
        Eventually.DEPLOYMENT,
        () -> nomadApi("/v1/job/" + job + "/deployment").path("Status").asText().equals("running"),
        false);
    Eventually.is(
        () ->
            nomad("job", "scale", "-detach", job, job, String.valueOf(count))
                .contains("Evaluation ID"),
        true);
  }

  void awaitAllocations(String job, int running) {
    Eventually.is(
        () -> {
          int count = 0;
          for (JsonNode allocation : nomadApi("/v1/job/" + job + "/allocations")) {
            count += allocation.path("ClientStatus").asText().equals("running") ? 1 : 0;
          }
          return count;
        },
        running);
  }

  /** A module's jar as {@code java -jar}, outside Nomad, at this stack's Consul. */
  Process java(Path log, String module) throws IOException {
    return java(log, module, consulAddress(), Map.of());
  }

  static Process java(Path log, String module, String consul, Map<String, String> environment)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-jar",
                checkout().jar(module).toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().put("CONSUL_HTTP_ADDR", consul);
    builder.environment().putAll(environment);
    return builder.start();
  }

  /** Where the stack keeps its state. */
  Path folder() throws IOException {
    return folder.toRealPath();
  }

  /** Host and port. */
  String consulAddress() {
    return endpoints.consul().getAuthority();
  }

  InetSocketAddress consulDns() {
    return endpoints.consulDns();
  }

  void stopConsul() {
    stack.stopConsul();
  }

  void startConsul() {
    stack.startConsul();
  }

  List<ProcessHandle> processes() {
    return stack.processes();
  }

  /** The JVMs of a job, oldest first. */
  List<ProcessHandle> processes(String job) {
    return processes().stream()
        .filter(each -> each.info().command().orElse("").endsWith("/java"))
        .filter(each -> each.info().commandLine().orElse("").contains("/" + job + "-"))
        .sorted(Comparator.comparing(each -> each.info().startInstant().orElseThrow()))
        .toList();
  }

  /** Where a JVM that Nomad runs listens: without the front door. */
  static URI address(ProcessHandle process) throws IOException {
    String environment =
        Files.readString(
            Path.of("/proc", process.pid() + "", "environ"), StandardCharsets.ISO_8859_1);
    for (String variable : environment.split("\0", -1)) {
      if (variable.startsWith("NOMAD_ADDR_http=")) {
        return URI.create("http://" + variable.substring(variable.indexOf('=') + 1) + "/");
      }
    }
    throw new IOException("process " + process.pid() + " has no NOMAD_ADDR_http");
  }

  /** Of all JVMs of a job together. */
  long residentKilobytes(String job) throws IOException {
    long sum = 0;
    for (ProcessHandle process : processes(job)) {
      for (String line : Files.readAllLines(Path.of("/proc", process.pid() + "", "status"))) {
        if (line.startsWith("VmRSS:")) {
          sum += Long.parseLong(line.replaceAll("\\D", ""));
        }
      }
    }
    return sum;
  }

  Map<String, String> environment() {
    return stack.environment();
  }

  static HttpResponse<String> get(URI uri) throws IOException, InterruptedException {
    return CLIENT.send(
        HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(30)).build(),
        BodyHandlers.ofString());
  }

  private static final class Shared {

    static final Platform PLATFORM = start();

    private static Platform start() {
      try {
        return up(Files.createTempDirectory("zaguan-stack"), StackOptions.standard());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
