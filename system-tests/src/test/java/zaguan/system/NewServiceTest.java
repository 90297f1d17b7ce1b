package zaguan.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import zaguan.stack.Checkout;
import zaguan.stack.Progress;
import zaguan.stack.Stack;

/** {@code ./stack new}, in a copy of the checkout that is built, with a small stack of its own. */
@Timeout(900)
class NewServiceTest {

  /** On two cores. */
  private static final Duration FIRST_ANSWER = Duration.ofMinutes(2);

  @TempDir private Path folder;
  private Path copy = Path.of("");

  @BeforeEach
  void up() throws Exception {
    copy = Files.createDirectories(folder.resolve("checkout"));
    copyCheckout();
    run(copy, stack("up", "--ports", "free", "--greeters", "1", "--gateways", "1"));
  }

  @AfterEach
  void down() {
    stack().down();
  }

  @Test
  void aNewModuleAnswersAtTheFrontDoorWithinTwoMinutes() throws Exception {
    long start = System.nanoTime();
    run(copy, stack("new", "orders"));
    String built = run(copy, stack("up", "--greeters", "1", "--gateways", "1"));
    nomad("job", "run", "nomad/orders.nomad.hcl");
    Eventually.is(() -> post("orders").statusCode(), 200);
    Duration took = Duration.ofNanos(System.nanoTime() - start);

    assertAnswered(post("orders"), "orders-");
    // No other service was built again.
    assertThat(built).contains("Building orders;");
    assertThat(took).isLessThan(FIRST_ANSWER);
  }

  @Test
  void aProjectByItselfIsBuiltTestedAndRunByThePlainCommands() throws Exception {
    run(copy, stack("new", "../tea-orders"));
    Path project = folder.resolve("tea-orders");
    run(project, List.of("./mvnw", "-B", "-ntp", "package"));
    assertThat(project.resolve("target/surefire-reports/TEST-teaorders.TeaOrdersTest.xml"))
        .exists();
    assertThat(project.resolve("target/tea-orders.aot")).exists();

    nomad(
        "job",
        "run",
        "-var=tea_orders_jar=" + project.resolve("target/tea-orders.jar"),
        project.resolve("tea-orders.nomad.hcl").toString());
    Eventually.is(() -> post("tea-orders").statusCode(), 200);
    assertAnswered(post("tea-orders"), "tea-orders-");
  }

  private static void assertAnswered(HttpResponse<String> answer, String instance) {
    assertThat(answer.body()).isEqualTo("{\"greeting\":\"Hello, Ada!\",\"count\":2}");
    assertThat(answer.headers().firstValue("X-Instance").orElseThrow()).startsWith(instance);
  }

  private HttpResponse<String> post(String service) throws IOException, InterruptedException {
    URI uri = stack().endpoints().frontDoor().resolve("/" + service);
    return Http.send(
        HttpRequest.newBuilder(uri)
            .timeout(Duration.ofSeconds(30))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString("{\"name\":\"Ada\",\"count\":2}"))
            .build());
  }

  private void nomad(String... arguments) throws IOException, InterruptedException {
    new CommandLine("nomad", new Checkout(copy), stack()).run(arguments);
  }

  private Stack stack() {
    return new Stack(new Checkout(copy), copy.resolve(".stack"), Progress.silent());
  }

  private List<String> stack(String... arguments) {
    List<String> command = new ArrayList<>(List.of("./stack"));
    command.addAll(List.of(arguments));
    return command;
  }

  /** The sources, and what was built of them, which is newer: nothing is stale. */
  private void copyCheckout() throws Exception {
    Path root = Platform.checkout().root();
    for (String file :
        run(root, List.of("git", "ls-files", "--cached", "--others", "--exclude-standard"))
            .lines()
            .toList()) {
      copy(root, file);
    }
    // A cache fits a jar of the same time; whether a module is stale, ./stack sees by what is built
    // last.
    for (String file :
        List.of(
            "greeter/target/greeter.jar",
            "greeter/target/greeter.aot",
            "api-gateway/target/api-gateway.jar",
            "api-gateway/target/api-gateway.aot",
            "local-stack/target/local-stack.jar")) {
      Path built = copy(root, file);
      if (file.endsWith(".aot") || file.startsWith("local-stack")) {
        Files.setLastModifiedTime(built, FileTime.from(Instant.now()));
      }
    }
  }

  private Path copy(Path root, String file) throws IOException {
    Path to = copy.resolve(file);
    if (Files.exists(root.resolve(file))) {
      Files.createDirectories(to.resolveSibling("."));
      Files.copy(root.resolve(file), to, StandardCopyOption.COPY_ATTRIBUTES);
    }
    return to;
  }

  private String run(Path directory, List<String> command)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
    // What is installed goes before the user's own local repository, and not into it.
    builder
        .environment()
        .put(
            "MAVEN_ARGS",
            "-Dmaven.repo.local="
                + folder.resolve("repository")
                + " -Dmaven.repo.local.tail="
                + Path.of(System.getProperty("user.home"), ".m2/repository"));
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }
}
