package zaguan.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class AgentProcessTest {

  private final StackState state;
  private final OwnProcesses own;

  AgentProcessTest(@TempDir Path folder) {
    state = new StackState(folder);
    own = new OwnProcesses(state.folder());
  }

  @Test
  void aProcessIsAwaitedUntilItIsReadyAndIsTheStacks() {
    AgentProcess agent = start("exec sleep 60");
    try {
      agent.await(() -> own.all().contains(agent.handle()), Progress.silent());
      assertThat(agent.handle().isAlive()).isTrue();
    } finally {
      OwnProcesses.end(List.of(agent.handle()), Duration.ofSeconds(5));
    }
  }

  @Test
  void aProcessThatEndsIsReportedWithTheEndOfItsLog() {
    AgentProcess agent = start("echo 'bind: address already in use'; exit 1");
    assertThatThrownBy(() -> agent.await(() -> false, Progress.silent()))
        .isInstanceOf(StackFailure.class)
        .hasMessage(
            "the agent of consul ended; the end of "
                + state.log("consul")
                + ":\nbind: address already in use");
  }

  private AgentProcess start(String script) {
    return AgentProcess.start("consul", List.of("/bin/sh", "-c", script), state, own);
  }
}
