package zaguan.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import zaguan.stack.Checkout;
import zaguan.stack.Endpoints;
import zaguan.stack.Progress;
import zaguan.stack.Stack;

/** The command line itself, in a process of its own, on a small stack of its own. */
@Timeout(400)
class UpAndDownTest {

  private static final Checkout CHECKOUT = Platform.checkout();

  @TempDir private Path folder;

  record Said(int exit, String text) {}

  @AfterEach
  void down() {
    stack().down();
  }

  @Test
  void upTwiceChangesNothingAndDownLeavesNoProcessAndNoPort() throws Exception {
    assertThat(run("status").exit()).isEqualTo(3);
    assertThat(up().exit()).isZero();
    assertThat(run("status").exit()).isZero();
    List<Long> processes = pids();
    String jobs = jobs();
    List<Integer> ports = listening();
    assertThat(processes).isNotEmpty();
    assertThat(ports).hasSizeGreaterThan(6);

    assertThat(up().exit()).isZero();
    assertThat(pids()).isEqualTo(processes);
    assertThat(jobs()).isEqualTo(jobs);

    assertThat(run("down").exit()).isZero();
    assertThat(stack().processes()).isEmpty();
    assertThat(processes).noneMatch(UpAndDownTest::runs);
    for (int port : ports) {
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        assertThat(socket.isBound()).isTrue();
      }
    }
    assertThat(run("status").exit()).isEqualTo(3);
    assertThat(run("down").text()).contains("nothing was up");
  }

  @Test
  void whateverIsKilledTheNextUpPutsItRightAndTheNextDownEndsIt() throws Exception {
    // The command itself is killed, before Nomad is ready.
    Process interrupted = start("up", "--ports", "free", "--greeters", "1", "--gateways", "1");
    Eventually.is(() -> stack().processes().isEmpty(), false);
    interrupted.destroyForcibly().waitFor();
    assertThat(up().text()).contains("up: http://127.0.0.1:");

    // Both agents are killed; their tasks go on.
    URI frontDoor = stack().endpoints().frontDoor().resolve("/greeter/");
    kill(" agent ");
    assertThat(Http.get(frontDoor).statusCode()).isEqualTo(200);
    assertThat(run("status").exit()).isEqualTo(1);
    assertThat(up().exit()).isZero();
    assertThat(run("status").exit()).isZero();

    // An agent is killed again, and then the stack goes down.
    kill("/nomad agent ");
    assertThat(run("down").exit()).isZero();
    assertThat(stack().processes()).isEmpty();
  }

  private void kill(String words) {
    stack().processes().stream()
        .filter(process -> process.info().commandLine().orElse("").contains(words))
        .forEach(ProcessHandle::destroyForcibly);
  }

  private Said up() throws Exception {
    return run("up", "--ports", "free", "--greeters", "1", "--gateways", "1");
  }

  private Said run(String... arguments) throws Exception {
    Path output = Files.createTempFile(folder, "said", ".txt");
    Process process = start(output, arguments);
    assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
    return new Said(process.exitValue(), Files.readString(output));
  }

  private Process start(String... arguments) throws IOException {
    return start(Files.createTempFile(folder, "said", ".txt"), arguments);
  }

  private Process start(Path output, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(CHECKOUT.root().resolve("stack").toString()));
    command.addAll(List.of(arguments));
    command.addAll(List.of("--state", folder.resolve("state").toString()));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(output.toFile())
        .start();
  }

  private Stack stack() {
    return new Stack(CHECKOUT, folder.resolve("state"), Progress.silent());
  }

  private List<Long> pids() {
    return stack().processes().stream().map(ProcessHandle::pid).sorted().toList();
  }

  /** Each job's versions and allocations. */
  private String jobs() throws Exception {
    StringBuilder text = new StringBuilder();
    for (String job : List.of("greeter", "api-gateway", "haproxy")) {
      URI uri = stack().endpoints().nomad().resolve("/v1/job/" + job + "/");
      for (JsonNode version : Http.json(uri.resolve("versions")).path("Versions")) {
        text.append(job).append(" version ").append(version.path("Version")).append('\n');
      }
      for (JsonNode allocation : Http.json(uri.resolve("allocations"))) {
        text.append(job).append(" allocation ").append(allocation.path("ID")).append('\n');
      }
    }
    return text.toString();
  }

  /** The processes of the agents, the front door and the instances. */
  private List<Integer> listening() throws Exception {
    Endpoints endpoints = stack().endpoints();
    List<Integer> ports =
        new ArrayList<>(
            List.of(
                endpoints.frontDoor().getPort(),
                endpoints.statistics().getPort(),
                endpoints.consul().getPort(),
                endpoints.consulDns().getPort(),
                endpoints.nomad().getPort()));
    for (String service : List.of("greeter", "api-gateway")) {
      URI uri = endpoints.consul().resolve("/v1/health/service/" + service);
      for (JsonNode entry : Http.json(uri)) {
        ports.add(entry.path("Service").path("Port").asInt());
      }
    }
    return ports;
  }

  private static boolean runs(long pid) {
    return Files.exists(Path.of("/proc", String.valueOf(pid), "exe"));
  }
}
