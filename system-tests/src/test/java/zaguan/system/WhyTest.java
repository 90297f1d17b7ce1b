package zaguan.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What {@code ./stack why} and {@code ./stack logs} say of jobs that are ill. */
@Timeout(240)
class WhyTest {

  private static final String JOB = "ill";
  private static final String EXITS =
      "command = \"/bin/sh\"\nargs = [\"-c\", \"echo begun; echo no database >&2; exit 3\"]";
  private static final String SERVES =
      "command = \"python3\"\n"
          + "args = [\"-m\", \"http.server\", \"--bind\", \"127.0.0.1\", \"${NOMAD_PORT_http}\"]";
  private static final String PORT = "network {\n port \"http\" {}\n}";
  private static final String CHECKED =
      """
      service {
        name = "ill"
        port = "http"
        check {
          type     = "http"
          path     = "/nowhere"
          interval = "1s"
          timeout  = "1s"
        }
      }
      """;

  private final Platform platform = Platform.shared();

  @TempDir private Path folder;

  record Said(int exit, String text) {}

  @AfterEach
  void purge() throws Exception {
    if (platform.nomad().run("job", "status").contains(JOB)) {
      platform.nomad().run("job", "stop", "-detach", JOB);
      platform.nomad().awaitRunning(JOB, 0);
      platform.nomad().run("job", "stop", "-detach", "-purge", JOB);
    }
  }

  @Test
  void aProcessThatEndsIsSaidWithItsExitCodeAndWhatItPrintedLast() throws Exception {
    submit("", EXITS, 20);
    awaitWhy("failed: exit code 3, restarted once", "Its stderr ends:\n    no database\n");

    Said logs = stack("logs", JOB);
    assertThat(logs.exit()).isZero();
    assertThat(logs.text())
        .containsPattern("(?m)^ill-[0-9a-f]{8} err {2}no database$")
        .containsPattern("(?m)^ill-[0-9a-f]{8} out {2}begun$")
        .contains("failed: exit code 3");
  }

  @Test
  void aJobWithoutAPlaceIsSaidWithWhatIsMissing() throws Exception {
    submit("", EXITS, 9_000_000);
    awaitWhy("1 instance of the group ill has no place: not enough memory is free", "9000000 MB");
  }

  @Test
  void aCheckThatFailsIsSaidWithWhatItFound() throws Exception {
    submit(PORT + "\n" + CHECKED, SERVES, 60);
    awaitWhy("does not pass its checks", "/nowhere: 404 File not found");
  }

  @Test
  void aPortThatAnotherProgramHoldsIsSaidWithThatProgram() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      submit(PORT.replace("{}", "{\n static = " + taken.getLocalPort() + "\n}"), SERVES, 60);
      awaitWhy(
          "Its port "
              + taken.getLocalPort()
              + " (http) is held by process "
              + ProcessHandle.current().pid()
              + ": ",
          "Address already in use");
    }
  }

  @Test
  void aHealthyServiceIsALineAndAnUnknownJobTheOnesThereAre() throws Exception {
    platform.awaitRest();
    platform.nomad().awaitDeployed("greeter");
    assertThat(stack("why", "greeter"))
        .isEqualTo(
            new Said(0, "greeter is healthy: 3 of 3 instances run and pass their checks.\n"));
    Said unknown = stack("why", "../nothing");
    assertThat(unknown.exit()).isEqualTo(1);
    assertThat(unknown.text())
        .startsWith("stack: Nomad has no job nothing. It has: api-gateway, greeter, haproxy");
  }

  @Test
  void whatIsFollowedIsPrintedAsItComesAndThatOfNewInstancesToo() throws Exception {
    submit("", "command = \"/bin/sh\"\nargs = [\"-c\", \"echo begun; exec sleep 1000\"]", 20);
    platform.nomad().awaitRunning(JOB, 1);
    Path output = folder.resolve("followed.txt");
    Process follower = start(output, "logs", "--follow", JOB);
    try {
      Eventually.is(() -> lines(output, "out  begun"), 1L);
      platform.nomad().run("alloc", "stop", "-detach", platform.nomad().running(JOB).getFirst());
      Eventually.is(() -> lines(output, "out  begun"), 2L);
      assertThat(follower.isAlive()).isTrue();
    } finally {
      follower.destroy();
      follower.waitFor();
    }
  }

  private static long lines(Path file, String end) throws IOException {
    return Files.readAllLines(file).stream().filter(line -> line.endsWith(end)).count();
  }

  private void awaitWhy(String... words) throws Exception {
    Eventually.is(
        () -> {
          Said why = stack("why", JOB);
          return why.exit() == 1 && List.of(words).stream().allMatch(why.text()::contains)
              ? "as expected"
              : why.text();
        },
        "as expected");
  }

  /** A job of one group and one task, of which nothing is restarted for long. */
  private void submit(String group, String config, int memory) throws Exception {
    Path file = folder.resolve("ill.nomad.hcl");
    Files.writeString(
        file,
        """
        job "ill" {
          group "ill" {
            %s
            restart {
              attempts = 1
              delay    = "1s"
              interval = "1m"
              mode     = "fail"
            }
            task "ill" {
              driver = "raw_exec"
              config {
                %s
              }
              resources {
                memory = %d
              }
            }
          }
        }
        """
            .formatted(group, config, memory));
    platform.nomad().run("job", "run", "-detach", file.toString());
  }

  private Said stack(String... arguments) throws Exception {
    Path output = Files.createTempFile(folder, "said", ".txt");
    Process process = start(output, arguments);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    return new Said(process.exitValue(), Files.readString(output));
  }

  private Process start(Path output, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Platform.checkout().root().resolve("stack").toString());
    command.addAll(List.of(arguments));
    command.addAll(List.of("--state", platform.folder().toString()));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(output.toFile())
        .start();
  }
}
