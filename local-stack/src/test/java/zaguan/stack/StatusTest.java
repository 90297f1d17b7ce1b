package zaguan.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said of a stack, and what is asked for it. */
class StatusTest {

  private static final Map<String, String> NOMAD =
      Map.of(
          "/v1/jobs",
          """
          [{"ID": "greeter", "Type": "service", "Stop": false},
           {"ID": "orders", "Type": "service", "Stop": true}]
          """,
          "/v1/job/greeter",
          """
          {"TaskGroups": [{"Count": 0,
            "Services": [{"Name": "greeter", "Meta": {"nomad-job": "${NOMAD_JOB_ID}"}}]}]}
          """,
          "/v1/job/greeter/allocations",
          "[]");

  private final FakeAgent frontDoor =
      new FakeAgent().says("/", "{\"loaded\": true, \"routes\": []}");
  private final FakeAgent nomad = new FakeAgent();
  private final FakeAgent consul = new FakeAgent().says("/v1/health/service/greeter", "[]");

  @AfterEach
  void stop() {
    frontDoor.close();
    nomad.close();
    consul.close();
  }

  @Test
  void aServiceThatSleepsIsSaidToAndNotWoken(@TempDir Path folder) throws Exception {
    NOMAD.forEach(nomad::says);
    Status status = status(folder);
    assertThat(status.lines())
        .contains("greeter: 0 of 0 allocations run, it sleeps and wakes with the next request")
        .contains("orders: stopped; to start it: nomad job start orders")
        .anyMatch(line -> line.startsWith("front door ") && line.endsWith(" answers"));
    assertThat(frontDoor.asked()).containsExactly("/");
  }

  @Test
  void aServiceThatIsNotAllUpIsSaidWithTheCommandThatSaysWhy(@TempDir Path folder)
      throws Exception {
    nomad
        .says("/v1/jobs", "[{\"ID\": \"greeter\", \"Type\": \"service\"}]")
        .says("/v1/job/greeter", "{\"TaskGroups\": [{\"Count\": 1}]}");
    assertThat(status(folder).lines())
        .contains(
            "greeter: 0 of 1 allocations run  <-- NOT ALL UP; for the reason:"
                + " ./stack why greeter --state ../second");
  }

  @Test
  void withoutNomadTheJobsAreSaidToBeUnknown(@TempDir Path folder) throws Exception {
    assertThat(status(folder).lines())
        .containsOnlyOnce("jobs: not known, since Nomad does not answer")
        .doesNotContainSequence("", "");
  }

  private Status status(Path folder) throws Exception {
    Files.createDirectories(folder.resolve("nomad"));
    Files.writeString(folder.resolve("nomad/greeter.nomad.hcl"), "");
    StackState state = new StackState(folder.resolve("state"));
    Agents agents =
        new Agents(new Checkout(folder), state, new OwnProcesses(folder.resolve("state")));
    return Status.of(
        new StackState.Settings(
            ports(), StackOptions.Driver.raw_exec, 1, new Tools(folder, folder, folder), null),
        agents,
        words -> "./stack " + words + " --state ../second");
  }

  private Ports ports() {
    Ports some = Ports.standard();
    return new Ports(
        frontDoor.port(),
        some.statistics(),
        consul.port(),
        some.consulDns(),
        some.consulServer(),
        some.consulSerf(),
        nomad.port(),
        some.nomadRpc(),
        some.nomadSerf(),
        some.dynamicFirst(),
        some.dynamicLast());
  }
}
