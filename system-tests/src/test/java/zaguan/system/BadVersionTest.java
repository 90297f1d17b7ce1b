package zaguan.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(400)
class BadVersionTest {

  private final Platform platform = Platform.shared();

  @BeforeEach
  void awaitRest() {
    platform.awaitRest();
  }

  @TempDir private Path folder;

  @Test
  void aVersionWhoseHealthFailsNeverGetsARequestAndIsReverted() throws Exception {
    String goodJar = jar();
    long badVersion;
    try (Load load = Load.of(50, platform.frontDoor().uri("/greeter/"))) {
      // Not closed: the greeter goes on after this test.
      new OwnJob(platform, folder, "greeter")
          .with("healthy_deadline += \"1m\"", "healthy_deadline = \"20s\"")
          .with("progress_deadline = \"2m\"", "progress_deadline = \"40s\"")
          .submit("greeter_jar=" + unhealthyJar());
      Eventually.is(() -> jar().equals(goodJar), false);
      badVersion = platform.nomad().version("greeter");
      // Nomad gives a canary its healthy_deadline, then takes the version back.
      Eventually.within(Eventually.DEPLOYMENT, () -> jar().equals(goodJar), true);
      load.awaitElapsed(Duration.ofSeconds(32));
      Load.Report report = load.stop();

      assertThat(report.failures()).isEmpty();
      assertThat(report.outcomes()).hasSizeGreaterThan(50 * 30);
      for (JsonNode allocation : platform.nomad().allocations("greeter")) {
        String instance = "greeter-" + allocation.path("ID").asText().substring(0, 8);
        if (allocation.path("JobVersion").asLong() == badVersion) {
          assertThat(report.answersByInstance()).doesNotContainKey(instance);
        }
      }
      assertThat(report.answersByInstance()).hasSize(3);
    }
    Eventually.is(() -> platform.consul().registered("greeter"), 3);
  }

  private String jar() throws IOException, InterruptedException {
    JsonNode job = platform.nomad().job("greeter");
    JsonNode task = job.path("TaskGroups").path(0).path("Tasks").path(0);
    JsonNode arguments = task.path("Config").path("args");
    return arguments.path(arguments.size() - 1).asText();
  }

  /** A greeter whose health asks a Consul that does not exist. */
  private Path unhealthyJar() throws IOException {
    Path jar = folder.resolve("unhealthy.jar");
    Files.copy(Platform.checkout().jar("greeter"), jar);
    try (FileSystem zip = FileSystems.newFileSystem(jar)) {
      Path settings = zip.getPath("application-nomad.properties");
      Files.writeString(
          settings,
          Files.readString(settings).replace("consul.client.enabled=false", "")
              + """
              consul.client.default-zone=127.0.0.1:1
              consul.client.registration.enabled=false
              endpoints.health.discovery-client.enabled=true
              """);
    }
    return jar;
  }
}
