package zaguan.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import zaguan.stack.Ports;
import zaguan.stack.Stack;

/**
 * A newcomer with the documentation and a clone: types what the pages say, in their order, and goes
 * on with a service of their own. First comes the README.
 */
@Timeout(900)
class NewcomerTest {

  /** From {@code ./stack new} to the first answer at the front door, on two cores. */
  private static final Duration FIRST_ANSWER = Duration.ofMinutes(2);

  /** Where the documentation has a standard port, and what the stack's state calls it. */
  private static final Map<Integer, String> PORTS =
      Map.of(
          Ports.standard().frontDoor(), "frontDoor",
          Ports.standard().consulHttp(), "consulHttp",
          Ports.standard().consulDns(), "consulDns",
          Ports.standard().nomadHttp(), "nomadHttp");

  private static final Duration SOON = Duration.ofMinutes(4);
  private static final String README = "README.md";
  private static final String CONTROLLER =
      "orders/src/main/java/zaguan/orders/OrdersController.java";

  @TempDir private static Path folder;

  private static Clone clone = new Clone(Path.of(""));
  private static String said = "";
  private static Duration firstAnswer = Duration.ZERO;

  @BeforeAll
  static void readTheReadme() throws Exception {
    clone = Clone.into(folder.resolve("checkout"));
    requireDig();
    List<List<String>> blocks = DocPage.of(clone.root(), README).blocks();
    assertThat(blocks).as("the start, and a service of one's own").hasSize(2);
    type(blocks.getFirst());
    long start = System.nanoTime();
    said = type(blocks.getLast());
    firstAnswer = Duration.ofNanos(System.nanoTime() - start);
    clone.command("up", "--greeters", "2", "--gateways", "1");
  }

  @AfterAll
  static void down() {
    stack().down();
  }

  @Test
  void aNewServiceAnswersAtTheFrontDoorWithinTwoMinutes() throws Exception {
    // No other service was built again.
    assertThat(said)
        .contains("building orders;", "Served at " + uri("orders"))
        .endsWith("{\"greeting\":\"Hello, Ada!\",\"count\":2}");
    assertThat(firstAnswer).isLessThan(FIRST_ANSWER);
  }

  static List<DocPage> pages() throws IOException {
    return DocPage.all(Platform.checkout().root()).stream()
        .filter(page -> !page.file().equals(README))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("pages")
  void theCommandsOfAPageWork(DocPage page) throws Exception {
    forgetOrders();
    for (List<String> block : page.blocks()) {
      type(block);
    }
  }

  @Test
  void whatIsRolledOutKeepsTheCountsThatNomadWasGivenAndAnOldShellTakesTheNewJar()
      throws Exception {
    requireOrders();
    nomad().scale("orders", 2);
    nomad().awaitRunning("orders", 2);
    nomad().scale("greeter", 0);
    nomad().awaitRunning("greeter", 0);
    CommandLine oldShell = new CommandLine("nomad", clone.checkout(), stack());
    save("rolled out");
    String jar = jar();

    assertThat(clone.command("up")).contains("orders: 2 healthy", "greeter: sleeps");
    assertThat(jar()).isNotEqualTo(jar);
    assertThat(nomad().count("greeter")).isZero();
    // The call wakes the greeter.
    assertThat(post("orders").body()).contains("rolled out");
    assertThat(nomad().count("greeter")).isEqualTo(1);

    String newJar = jar();
    oldShell.run("job", "run", "-detach", "-var=count=1", "nomad/orders.nomad.hcl");
    nomad().awaitDeployed("orders");
    assertThat(jar()).isEqualTo(newJar);
    assertThat(clone.command("run", "orders")).contains("orders: 1 healthy");
  }

  @Test
  void whatIsSavedServesWithoutALostRequestAndInTheEndTheServiceIsAsItWas() throws Exception {
    requireOrders();
    nomad().scale("orders", 2);
    Path told = folder.resolve("dev.txt");
    Process dev = clone.start(clone.root(), told, "./stack", "dev", "orders");
    try {
      Eventually.within(SOON, () -> Files.readString(told).contains("Ctrl-C ends it"), true);
      try (Load load = Load.of(20, uri("orders/health/readiness"))) {
        save("saved once");
        Eventually.is(() -> post("orders").body().contains("saved once"), true);
        save("broken\" + unknown + \"");
        Eventually.is(
            () ->
                Files.readString(told)
                    .matches("(?s).*\n" + CONTROLLER + ":\\d+: error: cannot find symbol.*"),
            true);
        save("saved twice");
        Eventually.is(() -> post("orders").body().contains("saved twice"), true);
        assertThat(load.stop().failures()).isEmpty();
      }
    } finally {
      // As Ctrl-C does.
      assertThat(new ProcessBuilder("kill", "-INT", "" + dev.pid()).start().waitFor()).isZero();
      assertThat(dev.waitFor(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }
    assertThat(told).content().contains("orders: 2 healthy");
    assertThat(jar()).endsWith("/orders.jar");
    assertThat(post("orders").body()).contains("saved twice");
  }

  /** In a shell of its own, as written but for the ports; returns what it prints. */
  private static String type(List<String> commands) throws Exception {
    List<String> script =
        new ArrayList<>(
            List.of(
                "set -eu -o pipefail",
                "port() { sed -n \"s/.*\\\"$1\\\" : \\([0-9]*\\).*/\\1/p\" '" + state() + "'; }",
                "curl() { command curl -fsS \"$@\"; }", // What is no success is an error here.
                "[ ! -f '" + state() + "' ] || eval \"$(./stack env)\"",
                "set -x"));
    commands.forEach(command -> script.add(onPortsOfItsOwn(command)));
    return clone.run(clone.root(), "bash", "-c", String.join("\n", script));
  }

  private static String onPortsOfItsOwn(String command) {
    if (command.matches("\\./stack up( +#.*)?")) {
      return "./stack up --ports free"; // A stack that is up keeps those that it has.
    }
    String own = command;
    for (Map.Entry<Integer, String> port : PORTS.entrySet()) {
      own = own.replaceAll("\\b" + port.getKey() + "\\b", "\\$(port " + port.getValue() + ")");
    }
    return own;
  }

  private static Path state() {
    return clone.checkout().standardState().resolve("stack.json");
  }

  private static void requireDig() throws Exception {
    clone.run(
        folder,
        "bash",
        "-c",
        "command -v dig || { apt-get -q update && apt-get -q install -y bind9-dnsutils; }");
  }

  private static void requireOrders() throws Exception {
    if (!Files.exists(clone.root().resolve("orders"))) {
      clone.command("new", "orders");
    }
    clone.command("run", "orders");
  }

  /** As if the page were the first that is read. */
  private static void forgetOrders() throws Exception {
    if (Files.exists(clone.root().resolve("orders"))) {
      if (nomad().get("/v1/jobs").findValuesAsText("ID").contains("orders")) {
        nomad().run("job", "stop", "-purge", "orders");
      }
      clone.run(clone.root(), "rm", "-r", "orders", "nomad/orders.nomad.hcl");
      Path pom = clone.root().resolve("pom.xml");
      FileTime time = Files.getLastModifiedTime(pom);
      Files.writeString(pom, Files.readString(pom).replaceFirst(" *<module>orders</module>\n", ""));
      Files.setLastModifiedTime(pom, time); // As ./stack new does.
    }
  }

  private static HttpResponse<String> post(String service) throws Exception {
    return Http.send(
        HttpRequest.newBuilder(uri(service))
            .timeout(Duration.ofSeconds(30))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString("{\"name\":\"Ada\",\"count\":2}"))
            .build());
  }

  private static URI uri(String path) {
    return stack().endpoints().frontDoor().resolve("/" + path);
  }

  private static Stack stack() {
    return clone.stack();
  }

  private static Nomad nomad() {
    return new Nomad(
        stack().endpoints().nomad(), new CommandLine("nomad", clone.checkout(), stack()));
  }

  /** The last argument of the JVM. */
  private static String jar() throws Exception {
    List<String> arguments = new ArrayList<>();
    nomad()
        .job("orders")
        .path("TaskGroups")
        .path(0)
        .path("Tasks")
        .path(0)
        .path("Config")
        .path("args")
        .forEach(each -> arguments.add(each.asText()));
    return arguments.getLast();
  }

  /** Changes what the service answers. */
  private static void save(String greeting) throws IOException {
    Path file = clone.root().resolve(CONTROLLER);
    String text = Files.readString(file);
    String changed =
        text.replaceFirst(
            "new Reply\\(.*, request.count\\(\\)\\)",
            "new Reply(\"" + greeting + "\" + greeting, request.count())");
    assertThat(changed).isNotEqualTo(text);
    Files.writeString(file, changed);
  }
}
