package zaguan.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import zaguan.stack.StackOptions;

@Timeout(400)
class ExecDriverTest {

  private static final long MIB = 1024 * 1024;

  @TempDir private Path folder;

  @TempDir private Path jobs;

  @Test
  void underExecAGreeterIsAnUnprivilegedUserHeldToItsMemoryAndReplacedIfItTakesMore()
      throws Exception {
    Platform platform = Platform.up(folder, new StackOptions(2, 1, StackOptions.Driver.exec));
    try {
      assertThat(platform.frontDoor().get("/greeter/hello/Ada").statusCode()).isEqualTo(200);
      assertThat(Load.count(500, 8, platform.frontDoor().uri("/greeter/")).failures()).isEmpty();
      JsonNode task =
          platform.nomad().job("greeter").path("TaskGroups").path(0).path("Tasks").path(0);
      long limit = task.path("Resources").path("MemoryMB").asLong() * MIB;
      String allocation = platform.nomad().running("greeter").getFirst();

      Path process = processOf(allocation);
      assertThat(field(process.resolve("status"), "Uid:")).isNotEqualTo("0");
      assertThat(Long.parseLong(field(process.resolve("status"), "VmRSS:")) * 1024)
          .isLessThan(limit);
      assertThat(Long.parseLong(Files.readString(memoryLimitOf(process)).strip())).isEqualTo(limit);
      // A chroot: what is on the machine is not there.
      assertThat(process.resolve("root/root")).doesNotExist();

      new OverItsMemory(platform, jobs).isKilledAndReplacedAndNoRequestFails(2);
    } finally {
      platform.down();
    }
  }

  private static Path processOf(String allocation) throws IOException {
    return ProcessHandle.allProcesses()
        .map(process -> Path.of("/proc", String.valueOf(process.pid())))
        .filter(process -> read(process.resolve("cgroup")).contains(allocation))
        .filter(process -> read(process.resolve("cmdline")).contains("greeter"))
        .findFirst()
        .orElseThrow();
  }

  /** The bound of the process's memory, in cgroups of version 1 or 2. */
  private static Path memoryLimitOf(Path process) throws IOException {
    List<String> lines = Files.readAllLines(process.resolve("cgroup"));
    for (String line : lines) {
      String[] fields = line.split(":", 3);
      if (fields[1].equals("memory")) {
        return Path.of("/sys/fs/cgroup/memory" + fields[2], "memory.limit_in_bytes");
      }
    }
    return Path.of("/sys/fs/cgroup" + lines.getLast().split(":", 3)[2], "memory.max");
  }

  private static String field(Path file, String name) throws IOException {
    return Files.readAllLines(file).stream()
        .filter(line -> line.startsWith(name))
        .map(line -> line.substring(name.length()).strip().split("\\s+", -1)[0])
        .findFirst()
        .orElseThrow();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException gone) {
      return "";
    }
  }
}
