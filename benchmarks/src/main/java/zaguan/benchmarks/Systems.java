package zaguan.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.random.RandomGenerator;
import zaguan.stack.Checkout;
import zaguan.stack.Ports;
import zaguan.stack.Progress;
import zaguan.stack.Stack;
import zaguan.stack.StackOptions;

/** The stack with the gateway under test, the greeters that all share, and the peers. */
final class Systems {

  static final String OURS = "Zaguán";
  static final String HAPROXY = "HAProxy";
  static final String SPRING = "Spring Cloud Gateway";
  static final String STOCK = "stock Micronaut @Client";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Of the gateway's job file; the peers get more memory, lest they lack it. */
  private static final List<String> JVM =
      List.of("-XX:+UseSerialGC", "-XX:+UseCompactObjectHeaders", "-Xmx512m");

  private final Checkout checkout;
  private final Path logs;
  private final Stack stack;
  private final List<Process> started = Collections.synchronizedList(new ArrayList<>());
  private final Consul consul;
  private final int dnsPort;

  Systems(Checkout checkout, Path state, Progress progress)
      throws IOException, InterruptedException {
    this.checkout = checkout;
    logs = state;
    stack = new Stack(checkout, state, progress);
    Runtime.getRuntime().addShutdownHook(new Thread(this::stop));
    stack.up(
        new StackOptions(1, 1, StackOptions.Driver.raw_exec),
        Ports.free(RandomGenerator.getDefault()));
    consul = new Consul(stack.endpoints().consul());
    dnsPort = stack.endpoints().consulDns().getPort();
    for (int i = 0; i < 3; i++) {
      start(
          "greeter-" + i,
          Starter.java(
              JobFile.jvmFlags(checkout, "greeter"), "-jar", checkout.jar("greeter").toString()),
          Map.of(
              "MICRONAUT_APPLICATION_NAME", "kilobyte",
              // At all of loopback's addresses: 2,000 instances of 500 services.
              "MICRONAUT_SERVER_HOST", "0.0.0.0",
              "CONSUL_CLIENT_REGISTRATION_IP_ADDR", "127.0.0.1",
              "GREETER_GREETING", "Hello".repeat(194),
              "CONSUL_HTTP_ADDR", consul.agent().getAuthority()));
    }
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (consul.ports("kilobyte").size() < 3) {
      waitABit(deadline, "the greeters");
    }
  }

  Consul consul() {
    return consul;
  }

  /** One of the greeters by itself: what the others are compared with. */
  URI greeter() throws IOException, InterruptedException {
    return URI.create("http://127.0.0.1:" + consul.ports("kilobyte").getFirst() + "/");
  }

  /** All that are compared, each answering. */
  List<Peer> peers() throws IOException, InterruptedException {
    List<Peer> peers = new ArrayList<>();
    int haproxy = freePort();
    peers.add(
        peer(
            HAPROXY,
            haproxy,
            List.of("${meta.haproxy}", "-db", "-f", file("haproxy.cfg").toString()),
            Map.of(
                "PEER_PORT", String.valueOf(haproxy),
                "CONSUL_DNS_ADDR", "127.0.0.1:" + dnsPort,
                "THREADS",
                    String.valueOf(Math.max(1, Runtime.getRuntime().availableProcessors() / 2))),
            "benchmarks/haproxy.cfg"));
    peers.add(running(OURS, consul.ports("api-gateway").getFirst(), "/api-gateway-"));
    int spring = freePort();
    String springJar = "spring-cloud-gateway/target/spring-cloud-gateway.jar";
    peers.add(
        peer(
            SPRING,
            spring,
            Starter.java(JVM, "-jar", file(springJar).toString()),
            Map.of(
                "SERVER_PORT", String.valueOf(spring),
                "SPRING_CLOUD_CONSUL_HOST", "127.0.0.1",
                "SPRING_CLOUD_CONSUL_PORT", String.valueOf(consul.agent().getPort())),
            springJar));
    int stock = freePort();
    String stockJar = "stock-micronaut/target/stock-micronaut.jar";
    peers.add(
        peer(
            STOCK,
            stock,
            Starter.java(JVM, "-jar", file(stockJar).toString()),
            Map.of(
                "MICRONAUT_SERVER_PORT", String.valueOf(stock),
                "CONSUL_CLIENT_DEFAULT_ZONE", consul.agent().getAuthority()),
            stockJar));
    return peers;
  }

  Account consulsAccount() {
    return new Account(process(".*/consul", " agent "));
  }

  /** Programs that call the greeters: one and the same, but for the class path and the settings. */
  List<Caller> callers() throws IOException, InterruptedException {
    String jar = file("stock-micronaut/target/stock-micronaut.jar").toString();
    Path discovery = checkout.root().resolve("discovery/target/classes");
    String agent = consul.agent().getAuthority();
    List<String> greeters =
        consul.ports("kilobyte").stream().map(port -> "http://127.0.0.1:" + port).toList();
    return List.of(
        caller(Calls.OURS, jar + File.pathSeparator + discovery, Map.of("CONSUL_HTTP_ADDR", agent)),
        caller(Calls.STOCK, jar, Map.of("CONSUL_CLIENT_DEFAULT_ZONE", agent)),
        caller(
            Calls.ADDRESSES,
            jar,
            Map.of("MICRONAUT_HTTP_SERVICES_KILOBYTE_URLS", String.join(",", greeters))));
  }

  private Caller caller(String name, String classPath, Map<String, String> environment)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(Starter.java(JVM, "-cp", classPath, "zaguan.peer.micronaut.PeerCaller"))
            .redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    started.add(process);
    return Caller.of(name, process);
  }

  void stop() {
    started.forEach(Process::destroyForcibly);
    stack.down();
  }

  /**
   * Runs a system by Nomad, as the gateway is run: the share of the processors that Nomad gives a
   * task costs each request more than it would cost a process by itself.
   *
   * @param mark what its command line has, and no other
   */
  private Peer peer(
      String name, int port, List<String> command, Map<String, String> environment, String mark)
      throws IOException, InterruptedException {
    nomad(
        "job",
        "run",
        "-detach",
        "-var=name=peer-" + name.toLowerCase(Locale.ROOT).replaceAll("[^a-z]+", "-"),
        "-var=port=" + port,
        "-var=command=" + command.getFirst(),
        "-var=args=" + JSON.writeValueAsString(command.subList(1, command.size())),
        "-var=env=" + JSON.writeValueAsString(environment),
        file("peer.nomad.hcl").toString());
    return running(name, port, mark);
  }

  private Peer running(String name, int port, String mark)
      throws IOException, InterruptedException {
    URI uri = URI.create("http://127.0.0.1:" + port + "/kilobyte/");
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (consul.status(uri) != 200) {
      waitABit(deadline, name + " at " + uri);
    }
    return new Peer(name, new Account(process(".*/(java|haproxy)", mark)), uri);
  }

  /**
   * A process of the stack.
   *
   * @param program what its path matches
   * @param mark what its command line has
   */
  private ProcessHandle process(String program, String mark) {
    return stack.processes().stream()
        .filter(each -> each.info().command().orElse("").matches(program))
        .filter(each -> each.info().commandLine().orElse("").contains(mark))
        .findFirst()
        .orElseThrow();
  }

  private void nomad(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", "exec nomad \"$@\"", "nomad"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(stack.environment());
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(String.join(" ", command) + " failed:\n" + output);
    }
  }

  private void start(String name, List<String> command, Map<String, String> environment)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(logs.resolve(name + ".log").toFile());
    builder.environment().putAll(environment);
    started.add(builder.start());
  }

  private Path file(String name) {
    return checkout.root().resolve("benchmarks").resolve(name);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static void waitABit(long deadline, String what)
      throws IOException, InterruptedException {
    if (System.nanoTime() - deadline > 0) {
      throw new IOException(what + " did not come up within " + PATIENCE.toSeconds() + " s");
    }
    Thread.sleep(100);
  }
}
