package zaguan.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class OwnProcessesTest {

  @TempDir private Path folder;

  @Test
  void aProcessWithTheMarkIsOursAndItsChildToo() throws Exception {
    Process shell = start(new OwnProcesses(folder), "sleep 60 & wait");
    try {
      Waiting.until(Duration.ofSeconds(10), () -> shell.descendants().findAny().isPresent());
      long child = shell.descendants().findAny().orElseThrow().pid();
      assertThat(pids(new OwnProcesses(folder))).containsExactlyInAnyOrder(shell.pid(), child);
    } finally {
      OwnProcesses.end(new OwnProcesses(folder).all(), Duration.ofSeconds(5));
    }
    assertThat(new OwnProcesses(folder).all()).isEmpty();
  }

  @Test
  void aChildThatLostTheMarkIsOursAsAContainerIs() throws Exception {
    Process shell = start(new OwnProcesses(folder), "env -i sleep 60 & wait");
    try {
      Waiting.until(Duration.ofSeconds(10), () -> shell.descendants().findAny().isPresent());
      long child = shell.descendants().findAny().orElseThrow().pid();
      assertThat(pids(new OwnProcesses(folder))).containsExactlyInAnyOrder(shell.pid(), child);
    } finally {
      OwnProcesses.end(new OwnProcesses(folder).all(), Duration.ofSeconds(5));
    }
  }

  @Test
  void aProcessOfAnotherStackIsNot() throws Exception {
    OwnProcesses other = new OwnProcesses(folder.resolve("stack-2"));
    Process process = start(other, "exec sleep 60");
    try {
      assertThat(new OwnProcesses(folder.resolve("stack")).all()).isEmpty();
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  @Test
  void oneThatIgnoresSigtermIsKilled() throws Exception {
    OwnProcesses own = new OwnProcesses(folder);
    Process process = start(own, "trap '' TERM; while :; do sleep 0.1; done");
    OwnProcesses.end(own.all(), Duration.ofMillis(500));
    assertThat(process.waitFor()).isNotZero();
  }

  private static List<Long> pids(OwnProcesses own) {
    return own.all().stream().map(ProcessHandle::pid).toList();
  }

  private static Process start(OwnProcesses own, String script) throws IOException {
    ProcessBuilder builder = new ProcessBuilder("/bin/sh", "-c", script);
    String[] mark = own.mark();
    builder.environment().put(mark[0], mark[1]);
    return builder.start();
  }
}
