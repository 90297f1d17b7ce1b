package zaguan.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What the real JVM makes of caches that fit, and of those that do not. */
@Timeout(300)
class CacheTest {

  private static final Path JAVA_HOME = Path.of(System.getProperty("java.home"));
  private static final List<String> FLAGS =
      List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:+UseCompactObjectHeaders");
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final String NOT_USED = "Unable to map shared spaces";

  @TempDir private Path folder;
  private Path jar = Path.of("");
  private Path cache = Path.of("");

  /** A service, as small as can be; without arguments of Nomad's it only says hello. */
  static final class Service {

    private Service() {}

    public static void main(String[] args) throws IOException {
      String port = System.getenv("NOMAD_PORT_http");
      if (port == null) {
        System.out.println("hello");
        return;
      }
      HttpServer server =
          HttpServer.create(
              new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(port)), 0);
      server.createContext(
          "/",
          exchange -> {
            boolean json =
                "application/json".equals(exchange.getRequestHeaders().getFirst("Content-Type"));
            String got =
                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(json && got.equals("{\"a\":1}") ? 201 : 200, -1);
            exchange.close();
          });
      server.start();
    }
  }

  @BeforeEach
  void makeJar() throws IOException {
    jar = folder.resolve("service.jar");
    cache = folder.resolve("service.aot");
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, Service.class.getName());
    String name = Service.class.getName().replace('.', '/') + ".class";
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file, manifest);
        var code = CacheTest.class.getClassLoader().getResourceAsStream(name)) {
      out.putNextEntry(new JarEntry(name));
      if (code != null) {
        code.transferTo(out);
      }
      out.closeEntry();
    }
  }

  @Test
  void aCacheIsForThatJarWhereverItLies() throws Exception {
    train(new Question("GET", "/", 200));
    assertThat(run(jar, cache, "-Xlog:class+load"))
        .contains(Service.class.getName() + " source: shared objects file");

    Path elsewhere = Files.createDirectories(folder.resolve("elsewhere")).resolve("service.jar");
    Files.copy(jar, elsewhere, StandardCopyOption.COPY_ATTRIBUTES);
    assertThat(run(elsewhere, cache)).isEqualTo("hello\n");
  }

  @Test
  void aCacheThatIsMissingCutShortOrOfOtherFlagsIsReportedAndIgnored() throws Exception {
    train(new Question("GET", "/", 200));
    assertIgnored(run(jar, cache, "-XX:-UseCompactObjectHeaders"));
    assertIgnored(run(jar, folder.resolve("missing.aot")));

    byte[] all = Files.readAllBytes(cache);
    for (int length : new int[] {0, 100, all.length / 2}) {
      Path cut = folder.resolve("cut.aot");
      Files.write(cut, Arrays.copyOf(all, length));
      assertIgnored(run(jar, cut));
    }
  }

  @Test
  void aBodyIsSentWithItsType() throws Exception {
    train(new Question("POST", "/", 201, new Content("application/json", "{\"a\":1}")));
    assertThat(cache).exists();
  }

  @Test
  void aFailureIsPrintedAsMavenPrintsItsErrors() throws Exception {
    Path requests = Files.writeString(folder.resolve("requests"), "POST / 200 application/json\n");
    StringWriter errors = new StringWriter();
    int exit =
        new CommandLine(new Main())
            .setErr(new PrintWriter(errors, true))
            .setExecutionExceptionHandler(new BuildErrors())
            .execute("--jar=" + jar, "--output=" + cache, "--requests=" + requests);
    assertThat(exit).isEqualTo(1);
    assertThat(errors.toString()).startsWith("[ERROR] " + requests + ": \"POST / 200");
  }

  @Test
  void aServiceThatAnswersOtherwiseFailsTheTrainingInTime() {
    assertThatThrownBy(() -> train(new Question("GET", "/", 404)))
        .isInstanceOf(TrainingFailure.class)
        .hasMessageContaining(jar.toString())
        .hasMessageContaining("GET / with 404")
        .hasMessageContaining("the last answer was 200");
    assertThat(cache).doesNotExist();
  }

  @Test
  void aServiceThatDoesNotStartFailsTheTrainingWithItsLog() throws IOException {
    Files.writeString(jar, "no jar");
    assertThatThrownBy(() -> train(new Question("GET", "/", 200)))
        .isInstanceOf(TrainingFailure.class)
        .hasMessageContaining("ended, with exit status 1")
        .hasMessageContaining("Invalid or corrupt jarfile");
  }

  private void train(Question question) throws IOException, InterruptedException {
    Script script = new Script(List.of(question), List.of());
    new Training(JAVA_HOME, jar, cache, script, FLAGS, PATIENCE).run();
  }

  private static void assertIgnored(String output) {
    assertThat(output).contains(NOT_USED).endsWith("hello\n");
    assertThat(output.lines().filter(line -> line.contains("[aot]"))).hasSizeLessThanOrEqualTo(5);
  }

  private static String run(Path jar, Path cache, String... more)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(JAVA_HOME.resolve("bin/java").toString());
    command.addAll(FLAGS);
    command.addAll(List.of(more));
    command.addAll(List.of("-XX:AOTCache=" + cache, "-jar", jar.toString()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }
}
