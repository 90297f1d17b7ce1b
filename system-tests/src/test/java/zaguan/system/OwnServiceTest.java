package zaguan.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import zaguan.stack.Checkout;
import zaguan.stack.Progress;
import zaguan.stack.Stack;

/** A service of one's own, in a copy of the checkout: rolled out, scaled by hand, edited. */
@Timeout(900)
class OwnServiceTest {

  private static final Duration SOON = Duration.ofMinutes(4);
  private static final String GREETING = "new Greeting(greeting + \"";

  @TempDir private static Path folder;

  private static Path root;
  private static Stack stack;
  private static Nomad nomad;
  private static URI orders;

  /** With what was built: only the new service has to be. */
  @BeforeAll
  static void copyAndAddOrders() throws Exception {
    root = folder.resolve("checkout");
    copy(Platform.checkout().root(), root, Set.of(".git", ".stack", "system-tests", "benchmarks"));
    // The build names all modules.
    for (String module : List.of("system-tests", "benchmarks")) {
      copy(Platform.checkout().root().resolve(module), root.resolve(module), Set.of("target"));
    }
    copy(root.resolve("greeter"), root.resolve("orders"), Set.of("target"));
    replace(root.resolve("orders/pom.xml"), "<artifactId>greeter</", "<artifactId>orders</");
    replace(root.resolve("orders/pom.xml"), "<name>greeter</", "<name>orders</");
    replace(root.resolve("pom.xml"), "<module>greeter<", "<module>orders</module><module>greeter<");
    Files.writeString(
        root.resolve("nomad/orders.nomad.hcl"),
        Files.readString(root.resolve("nomad/greeter.nomad.hcl")).replace("greeter", "orders"));
    assertThat(run("up", "--ports", "free", "--greeters", "1", "--gateways", "1"))
        .contains("orders: 3 healthy");
    Checkout checkout = new Checkout(root);
    stack = new Stack(checkout, folder.resolve("state"), Progress.silent());
    nomad = new Nomad(stack.endpoints().nomad(), new CommandLine("nomad", checkout, stack));
    orders = stack.endpoints().frontDoor().resolve("/orders/");
  }

  @AfterAll
  static void down() {
    new Stack(new Checkout(root), folder.resolve("state"), Progress.silent()).down();
  }

  @Test
  void whatIsRolledOutKeepsTheCountsThatNomadWasGivenAndAnOldShellTakesTheNewJar()
      throws Exception {
    assertThat(run("run", "orders")).contains("Try it: curl " + orders);
    nomad.scale("orders", 2);
    nomad.scale("greeter", 0);
    nomad.awaitRunning("greeter", 0);
    CommandLine oldShell = new CommandLine("nomad", new Checkout(root), stack);
    save("orders/src/main/java/zaguan/greeter/GreeterController.java", "rolled out");
    String jar = jar();

    assertThat(run("up")).contains("orders: 2 healthy", "greeter: sleeps");
    assertThat(Http.get(orders).body()).contains("rolled out");
    assertThat(jar()).isNotEqualTo(jar);
    assertThat(nomad.count("greeter")).isZero();

    String newJar = jar();
    oldShell.run(
        "job", "run", "-detach", "-var=count=1", root.resolve("nomad/orders.nomad.hcl").toString());
    nomad.awaitDeployed("orders");
    assertThat(jar()).isEqualTo(newJar);
    assertThat(run("run", "orders")).contains("orders: 1 healthy");
  }

  @Test
  void whatIsSavedServesWithoutALostRequestAndInTheEndTheServiceIsAsItWas() throws Exception {
    nomad.scale("orders", 2);
    Path said = folder.resolve("dev.txt");
    Process dev = start(said, "dev", "orders");
    try {
      Eventually.within(SOON, () -> Files.readString(said).contains("Ctrl-C ends it"), true);
      try (Load load = Load.of(20, orders)) {
        save("orders/src/main/java/zaguan/greeter/GreeterController.java", "saved once");
        Eventually.is(() -> Http.get(orders).body().contains("saved once"), true);
        save(
            "orders/src/main/java/zaguan/greeter/GreeterController.java",
            "broken\" + unknown + \"");
        Eventually.is(
            () ->
                Files.readString(said)
                    .matches(
                        "(?s).*\norders/src/main/java/zaguan/greeter/GreeterController.java:\\d+:"
                            + " error: cannot find symbol.*"),
            true);
        save("orders/src/main/java/zaguan/greeter/GreeterController.java", "saved twice");
        Eventually.is(() -> Http.get(orders).body().contains("saved twice"), true);
        assertThat(load.stop().failures()).isEmpty();
      }
    } finally {
      // As Ctrl-C does.
      assertThat(new ProcessBuilder("kill", "-INT", "" + dev.pid()).start().waitFor()).isZero();
      assertThat(dev.waitFor(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }
    assertThat(said).content().contains("orders: 2 healthy");
    assertThat(jar()).endsWith("/orders.jar");
    assertThat(Http.get(orders).body()).contains("saved twice");
  }

  /** The last argument of the JVM. */
  private static String jar() throws Exception {
    List<String> arguments = new ArrayList<>();
    nomad
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

  private static void save(String file, String greeting) throws IOException {
    Path path = root.resolve(file);
    String text = Files.readString(path);
    int at = text.indexOf(GREETING) + GREETING.length();
    int end = text.indexOf(", instance)", at);
    Files.writeString(path, text.substring(0, at) + greeting + "\"" + text.substring(end));
  }

  private static String run(String... arguments) throws Exception {
    Path said = Files.createTempFile(folder, "said", ".txt");
    Process process = start(said, arguments);
    assertThat(process.waitFor(10, TimeUnit.MINUTES)).isTrue();
    String text = Files.readString(said);
    assertThat(process.exitValue()).as(text).isZero();
    return text;
  }

  private static Process start(Path said, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(root.resolve("stack").toString()));
    command.addAll(List.of(arguments));
    command.addAll(List.of("--state", folder.resolve("state").toString()));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(said.toFile())
        .start();
  }

  private static void replace(Path file, String what, String by) throws IOException {
    String before = Files.readString(file);
    assertThat(before).contains(what);
    Files.writeString(file, before.replace(what, by));
  }

  private static void copy(Path from, Path to, Set<String> without) throws IOException {
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
              throws IOException {
            if (without.contains(String.valueOf(folder.getFileName()))) {
              return FileVisitResult.SKIP_SUBTREE;
            }
            Files.createDirectories(to.resolve(from.relativize(folder)));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.copy(file, to.resolve(from.relativize(file)), StandardCopyOption.COPY_ATTRIBUTES);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
