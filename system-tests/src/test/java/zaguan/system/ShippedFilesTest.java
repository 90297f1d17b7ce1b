package zaguan.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import zaguan.stack.Progress;
import zaguan.stack.Tools;

/** The files that no compiler reads, each by the program that they are for. */
@Timeout(300)
class ShippedFilesTest {

  private static final Path ROOT = Platform.checkout().root();

  private final Platform platform = Platform.shared();

  @TempDir private Path folder;

  @Test
  void jobAndAgentFilesAreFormatted() throws Exception {
    assertThat(platform.nomad().run("fmt", "-check", "-list=true", "-recursive", "nomad", "consul"))
        .isBlank();
  }

  @ParameterizedTest
  @MethodSource("jobFiles")
  void nomadTakesEachJobFileForEachDriver(Path file) throws Exception {
    for (String driver : List.of("raw_exec", "exec", "docker")) {
      List<String> command = new ArrayList<>(List.of("job", "validate", "-var=driver=" + driver));
      if (Files.readString(file).contains("variable \"image\"")) {
        command.add("-var=image=zaguan/any:1");
      }
      command.add(file.toString());
      String output = platform.nomad().run(command.toArray(String[]::new));
      assertThat(output).contains("Job validation successful").doesNotContain("Warning");
    }
  }

  /** A cache of other flags may not be taken, or learn what does not matter. */
  @ParameterizedTest
  @ValueSource(strings = {"greeter", "api-gateway"})
  void aServiceIsTrainedWithTheFlagsOfItsJob(String module) throws Exception {
    String pom = Files.readString(ROOT.resolve(module).resolve("pom.xml"));
    if (!pom.contains("<jvm.flags>")) {
      pom = Files.readString(ROOT.resolve("service/pom.xml")); // its parent's
    }
    String flags = pom.replaceAll("(?s).*<jvm.flags>(.*)</jvm.flags>.*", "$1");
    String job = Files.readString(ROOT.resolve("nomad/" + module + ".nomad.hcl"));
    assertThat(job.replaceAll("\\s+", " "))
        .contains(
            "args = [ \"" + String.join("\", \"", flags.split(" ", -1)) + "\", \"-XX:AOTCache=");
  }

  @ParameterizedTest
  @ValueSource(strings = {"greeter", "api-gateway"})
  void theJvmsOfAJobUseTheirCache(String job) throws Exception {
    platform.awaitRest();
    assertThat(platform.processes().of(job)).isNotEmpty();
    for (ProcessHandle process : platform.processes().of(job)) {
      assertThat(Files.readString(Path.of("/proc", process.pid() + "", "maps")))
          .contains("/" + job + ".aot");
    }
  }

  @Test
  void consulTakesItsAgentFile() throws Exception {
    Path data = folder.resolve("data.hcl");
    Files.writeString(data, "data_dir = \"" + folder + "\"\n");
    Tools tools = Tools.obtain(Platform.checkout(), Progress.silent());
    check(tools.consul().toString(), "validate", "consul/agent.hcl", data.toString());
  }

  /** With its own defaults, and `zero-warning` makes each warning an error. */
  @ParameterizedTest
  @ValueSource(strings = {"4", "100"})
  void haproxyTakesItsFile(String slots) throws Exception {
    Tools tools = Tools.obtain(Platform.checkout(), Progress.silent());
    assertThat(Files.readString(ROOT.resolve("haproxy/haproxy.cfg"))).contains("zero-warning");
    check(
        Map.of("GATEWAY_SLOTS", slots),
        tools.haproxy().toString(),
        "-c",
        "-f",
        "haproxy/haproxy.cfg");
  }

  static List<Path> jobFiles() throws Exception {
    try (Stream<Path> files = Files.walk(ROOT.resolve("nomad"))) {
      return files.filter(file -> file.toString().endsWith(".nomad.hcl")).sorted().toList();
    }
  }

  private static void check(String... command) throws Exception {
    check(Map.of(), command);
  }

  private static void check(Map<String, String> environment, String... command) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(new ArrayList<>(List.of(command)))
            .directory(ROOT.toFile())
            .redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
  }
}
