package zaguan.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DockerDaemonTest {

  @Test
  void aFolderTooLongForTheEnginesSocketsIsRefusedBeforeAnythingStarts(@TempDir Path root) {
    StackState state = new StackState(root.resolve("a-folder-name".repeat(8)));
    assertThatThrownBy(() -> state.dockerDaemon().endpoint())
        .isInstanceOf(StackFailure.class)
        .hasMessageContaining("--state");
  }

  @Test
  void allThatTheEngineKeepsLiesInItsFolderAndTheMachinesNetworkStaysAsItIs() {
    DockerDaemon daemon = new DockerDaemon(Path.of("/stack/data/docker"));
    assertThat(daemon.command())
        .contains(
            "--host=unix:///stack/data/docker/docker.sock",
            "--data-root=/stack/data/docker/root",
            "--exec-root=/stack/data/docker/run",
            "--pidfile=/stack/data/docker/dockerd.pid",
            "--bridge=none",
            "--iptables=false");
  }
}
