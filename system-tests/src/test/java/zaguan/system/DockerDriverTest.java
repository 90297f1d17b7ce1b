package zaguan.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import zaguan.stack.StackOptions;

/** The whole stack in containers, on a real Docker engine. */
@Timeout(400)
class DockerDriverTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String HELLO = "/greeter/hello/Ada";

  @TempDir private static Path folder;

  @TempDir private Path own;

  private static Platform platform;

  @BeforeAll
  static void up() {
    platform = Platform.up(folder, new StackOptions(2, 2, StackOptions.Driver.docker));
  }

  @AfterAll
  static void down() {
    platform.down();
    assertThat(platform.processes().all()).isEmpty();
    assertThat(folder.resolve("data")).doesNotExist();
  }

  @Test
  void requestsGoFromContainerToContainerToContainer() throws Exception {
    assertThat(Load.count(500, 8, platform.frontDoor().uri(HELLO)).failures()).isEmpty();
    // Containers of another test's versions end a few seconds after that test.
    Eventually.is(() -> platform.docker().run("ps", "--quiet").lines().count(), 5L);
    assertThat(platform.docker().run("ps", "--format", "{{.Names}}").lines())
        .allMatch(name -> name.matches("(greeter|api-gateway|haproxy)-.*"));
  }

  @Test
  void whatRunsInContainersIsAnUnprivilegedUserHeldToItsMemory() throws Exception {
    for (String container : platform.docker().run("ps", "--quiet").lines().toList()) {
      JsonNode details = JSON.readTree(platform.docker().run("inspect", container)).path(0);
      Path process = Path.of("/proc", details.path("State").path("Pid").asText());
      assertThat(Files.readAllLines(process.resolve("status")))
          .anyMatch(line -> line.matches("Uid:\\s+65532\\s+65532\\s+65532\\s+65532"));
      assertThat(details.path("HostConfig").path("Memory").asLong()).isPositive();
      assertThat(details.path("HostConfig").path("Privileged").asBoolean()).isFalse();
    }
  }

  @Test
  void aServicesJvmUsesTheCacheInItsImage() throws Exception {
    for (String job : List.of("greeter", "api-gateway")) {
      String container = container(job);
      String pid =
          platform.docker().run("inspect", "--format", "{{.State.Pid}}", container).strip();
      assertThat(Files.readString(Path.of("/proc", pid, "maps")))
          .contains("/app/" + job + ".aot")
          .contains("/opt/java/lib/server/libjvm.so");
      assertThat(platform.docker().run("logs", container)).doesNotContain("[aot]");
    }
  }

  @Test
  void anImageSaysItsVersionAndRevision() throws Exception {
    String image = published();
    JsonNode labels =
        JSON.readTree(platform.docker().run("image", "inspect", image))
            .path(0)
            .path("Config")
            .path("Labels");
    assertThat(labels.path("org.opencontainers.image.version").asText())
        .matches("\\d+\\.\\d+\\.\\d+.*");
    assertThat(labels.path("org.opencontainers.image.revision").asText())
        .matches("[0-9a-f]{40}(-dirty)?|unknown");
  }

  @Test
  void anotherImageIsRolledOutWithoutALostRequest() throws Exception {
    String image = published();
    platform.docker().run("tag", image, "zaguan/greeter:another");
    platform.warmJvms();
    try (Load load = Load.of(100, platform.frontDoor().uri(HELLO))) {
      deploy("-var=image=zaguan/greeter:another");
      assertThat(load.stop().failures()).isEmpty();
    } finally {
      deploy("-var=count=2");
    }
  }

  @Test
  void aGreeterOverItsMemoryIsKilledAndReplacedAndNoRequestFails() throws Exception {
    new OverItsMemory(platform, own).isKilledAndReplacedAndNoRequestFails(2);
  }

  private static String published() throws Exception {
    return Files.readString(platform.folder().resolve("apps/greeter.image.name"));
  }

  private static void deploy(String variable) throws Exception {
    long version = platform.nomad().version("greeter");
    platform
        .nomad()
        .run("job", "run", "-detach", "-var=count=2", variable, "nomad/greeter.nomad.hcl");
    Eventually.is(() -> platform.nomad().version("greeter") > version, true);
    platform.nomad().awaitDeployed("greeter");
    Eventually.is(() -> platform.consul().registered("greeter"), 2);
  }

  private static String container(String job) throws Exception {
    return platform
        .docker()
        .run("ps", "--quiet", "--filter", "name=^" + job + "-")
        .lines()
        .findFirst()
        .orElseThrow();
  }
}
