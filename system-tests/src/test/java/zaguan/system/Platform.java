package zaguan.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import zaguan.stack.Checkout;
import zaguan.stack.Endpoints;
import zaguan.stack.Ports;
import zaguan.stack.Stack;
import zaguan.stack.StackOptions;
import zaguan.stack.Status;

/**
 * A running stack, as its user sees it, on ports of its own; its parts are classes of their own.
 */
final class Platform {

  private final Stack stack;
  private final Path folder;
  private final Consul consul;
  private final Dns dns;
  private final Nomad nomad;
  private final CommandLine docker;
  private final Gateways gateways;
  private final FrontDoor frontDoor;
  private final Statistics statistics;
  private final Processes processes;

  private Platform(Checkout checkout, Path folder, StackOptions options) {
    this.folder = folder;
    stack = new Stack(checkout, folder, Printed.to(System.err));
    // However the tests end; to end a stack twice does no harm.
    Runtime.getRuntime().addShutdownHook(new Thread(stack::down));
    try {
      stack.up(options, Ports.free(RandomGenerator.getDefault()));
    } catch (RuntimeException e) {
      stack.down();
      throw e;
    }
    Endpoints endpoints = stack.endpoints();
    consul = new Consul(stack);
    dns = new Dns(endpoints.consulDns());
    nomad = new Nomad(endpoints.nomad(), new CommandLine("nomad", checkout, stack));
    docker = new CommandLine("docker", checkout, stack);
    gateways = new Gateways(consul);
    frontDoor = new FrontDoor(endpoints.frontDoor());
    statistics = new Statistics(endpoints.statistics());
    processes = new Processes(stack);
  }

  /** The stack that test classes share: three greeters, two gateways. It ends with the JVM. */
  static Platform shared() {
    return Shared.PLATFORM;
  }

  static Platform up(Path folder, StackOptions options) {
    return new Platform(checkout(), folder, options);
  }

  /** The clone that is tested. */
  static Checkout checkout() {
    return new Checkout(Path.of(System.getProperty("checkout", "..")));
  }

  /** Waits until the shared stack is as it was at first, and all its parts know that. */
  void awaitRest() {
    for (String job : List.of("greeter", "api-gateway", "haproxy")) {
      Eventually.within(Eventually.DEPLOYMENT, () -> nomad.isDeploying(job), false);
    }
    Eventually.is(() -> consul.registered("greeter"), 3);
    Eventually.is(() -> consul.passing("greeter"), 3);
    Eventually.is(() -> consul.passing("api-gateway"), 2);
    Eventually.is(() -> gateways.instancesOf("greeter"), List.of(3, 3));
    Eventually.is(() -> statistics.requestsByGateway().size(), 2);
  }

  void warm() throws InterruptedException {
    awaitRest();
    warmJvms();
  }

  /**
   * JVMs that have just started are slow on two busy cores, and a gateway sheds what they cannot.
   */
  void warmJvms() throws InterruptedException {
    Load.count(3_000, 8, frontDoor.uri("/greeter/hello/Ada"));
  }

  void down() {
    stack.down();
  }

  Status status() {
    return stack.status();
  }

  /** What {@code ./stack env} prints. */
  Map<String, String> environment() {
    return stack.environment();
  }

  /** Where the stack keeps its state. */
  Path folder() throws IOException {
    return folder.toRealPath();
  }

  Consul consul() {
    return consul;
  }

  Dns dns() {
    return dns;
  }

  Nomad nomad() {
    return nomad;
  }

  CommandLine docker() {
    return docker;
  }

  Gateways gateways() {
    return gateways;
  }

  FrontDoor frontDoor() {
    return frontDoor;
  }

  Statistics statistics() {
    return statistics;
  }

  Processes processes() {
    return processes;
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
