package zaguan.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The greeter's job file under another name, changed as a test needs it. Ends with the test. */
final class OwnJob implements AutoCloseable {

  private final Platform platform;
  private final Path file;
  private final String name;

  OwnJob(Platform platform, Path folder, String name) throws IOException {
    this.platform = platform;
    this.name = name;
    file = folder.resolve(name + ".nomad.hcl");
    String text = Files.readString(Platform.checkout().root().resolve("nomad/greeter.nomad.hcl"));
    Files.writeString(file, text.replace("\"greeter\"", "\"" + name + "\""));
  }

  /** Changes the file; what is replaced must be there. */
  OwnJob with(String regex, String replacement) throws IOException {
    String before = Files.readString(file);
    String after = before.replaceFirst(regex, replacement);
    assertThat(after).as("with %s replaced", regex).isNotEqualTo(before);
    Files.writeString(file, after);
    return this;
  }

  /** Submits the job to Nomad, and does not wait. */
  OwnJob submit(String... variables) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("job", "run", "-detach"));
    Arrays.stream(variables).map(each -> "-var=" + each).forEach(arguments::add);
    arguments.add(file.toString());
    platform.nomad().run(arguments.toArray(String[]::new));
    return this;
  }

  /** Runs the job, and waits until both gateways know all its instances. */
  OwnJob run(int count) throws Exception {
    submit("count=" + count);
    Eventually.is(() -> platform.gateways().instancesOf(name), List.of(count, count));
    awaitDeployed();
    return this;
  }

  /** Nomad scales nothing while a deployment is under way. */
  void awaitDeployed() {
    platform.nomad().awaitDeployed(name);
  }

  /** Scales the job to zero, and waits until no instance is left. */
  void sleep() {
    platform.nomad().scale(name, 0);
    awaitAsleep();
  }

  void awaitAsleep() {
    Eventually.is(() -> platform.consul().registered(name), 0);
    Eventually.is(() -> platform.gateways().instancesOf(name), List.of(0, 0));
    platform.nomad().awaitRunning(name, 0);
  }

  /** The process of the only instance. */
  ProcessHandle process() throws IOException {
    for (ProcessHandle each : platform.processes().of("greeter")) {
      if (Processes.environment(each).contains("NOMAD_JOB_NAME=" + name)) {
        return each;
      }
    }
    throw new IOException("no process of " + name);
  }

  /** How often the job was scaled to that count. */
  long timesScaledTo(int count) throws Exception {
    long times = 0;
    for (JsonNode event : platform.nomad().scalings(name)) {
      times += event.path("Count").asInt(-1) == count ? 1 : 0;
    }
    return times;
  }

  @Override
  public void close() throws IOException {
    try {
      platform.nomad().run("job", "stop", "-detach", name);
      platform.nomad().awaitRunning(name, 0);
      platform.nomad().run("job", "stop", "-detach", "-purge", name);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }
}
