package zaguan.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

/** A greeter whose heap may become larger than its job's memory, among greeters that fit. */
final class OverItsMemory {

  private static final String JOB = "greeter-hungry";

  private final Platform platform;
  private final Path jobFile;

  /**
   * @param folder for its job file
   */
  OverItsMemory(Platform platform, Path folder) throws IOException {
    this.platform = platform;
    jobFile = folder.resolve(JOB + ".nomad.hcl");
    String shipped =
        Files.readString(Platform.checkout().root().resolve("nomad/greeter.nomad.hcl"));
    Files.writeString(
        jobFile,
        shipped
            .replace("job \"greeter\"", "job \"" + JOB + "\"")
            .replace("memory = 320", "memory = 128")
            // Of all ways to set flags, only this one overrides the command line.
            .replace("env {", "env {\n _JAVA_OPTIONS = \"-Xmx800m -Xmn700m\"\n"));
  }

  /** Runs it beside {@code others} greeters, at constant load, until it is killed and back. */
  void isKilledAndReplacedAndNoRequestFails(int others) throws Exception {
    Load.count(1_000, 8, platform.frontDoor().uri("/greeter/hello/Ada"));
    platform.nomad().run("job", "run", "-detach", "-var=count=1", jobFile.toString());
    Eventually.is(() -> platform.consul().passing("greeter"), others + 1);
    URI hungry = address();
    try (Load load = Load.of(100, platform.frontDoor().uri("/greeter/hello/Ada"))) {
      Eventually.is(() -> askedUntilItIsKilled(hungry), true);
      Eventually.is(() -> restarts() >= 1, true);
      Eventually.is(() -> platform.consul().passing("greeter"), others + 1);
      long seen = load.elapsed().toSeconds();
      Eventually.is(() -> load.elapsed().toSeconds() > seen + 3, true);
      Load.Report report = load.stop();
      assertThat(report.failures()).isEmpty();
      assertThat(report.answersByInstance()).hasSizeGreaterThan(others);
    } finally {
      platform.nomad().run("job", "stop", "-purge", JOB);
    }
    Eventually.is(() -> platform.consul().registered("greeter"), others);
  }

  /** Each answer leaves garbage that the greeter need not collect yet. */
  private boolean askedUntilItIsKilled(URI hungry) throws Exception {
    Load.count(200, 2, hungry);
    // Where cgroups are of version 1, Nomad's exec does not say who sent the signal; nothing else
    // kills here.
    return taskState().path("Events").findValuesAsText("DisplayMessage").stream()
        .anyMatch(message -> message.contains("OOM Killed") || message.contains("Signal: 9"));
  }

  private int restarts() throws IOException, InterruptedException {
    return taskState().path("Restarts").asInt();
  }

  private URI address() throws IOException, InterruptedException {
    String id = platform.nomad().allocations(JOB).path(0).path("ID").asText();
    JsonNode ports = platform.nomad().get("/v1/allocation/" + id).path("AllocatedResources");
    return URI.create(
        "http://127.0.0.1:" + ports.path("Shared").path("Ports").path(0).path("Value") + "/");
  }

  private JsonNode taskState() throws IOException, InterruptedException {
    return platform.nomad().allocations(JOB).path(0).path("TaskStates").path("greeter");
  }
}
