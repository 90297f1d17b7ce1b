package zaguan.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import zaguan.stack.Stack;

/** The processes of a stack, and what Linux says of them in {@code /proc}. */
final class Processes {

  private final Stack stack;

  Processes(Stack stack) {
    this.stack = stack;
  }

  /** Agents and tasks. */
  List<ProcessHandle> all() {
    return stack.processes();
  }

  /** The JVMs of a job, oldest first. */
  List<ProcessHandle> of(String job) {
    return all().stream()
        .filter(each -> each.info().command().orElse("").endsWith("/java"))
        .filter(each -> each.info().commandLine().orElse("").contains("/" + job + "-"))
        .sorted(Comparator.comparing(each -> each.info().startInstant().orElseThrow()))
        .toList();
  }

  /** The resident memory of all JVMs of a job together. */
  long residentKilobytes(String job) throws IOException {
    long sum = 0;
    for (ProcessHandle process : of(job)) {
      for (String line : Files.readAllLines(Path.of("/proc", process.pid() + "", "status"))) {
        if (line.startsWith("VmRSS:")) {
          sum += Long.parseLong(line.replaceAll("\\D", ""));
        }
      }
    }
    return sum;
  }

  /** Sends it a signal, such as {@code STOP}. */
  static void signal(String name, ProcessHandle process) throws IOException, InterruptedException {
    assertThat(
            new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                .inheritIO()
                .start()
                .waitFor())
        .isZero();
  }

  /** Where a JVM that Nomad runs listens. */
  static URI address(ProcessHandle process) throws IOException {
    for (String variable : environment(process)) {
      if (variable.startsWith("NOMAD_ADDR_http=")) {
        return URI.create("http://" + variable.substring(variable.indexOf('=') + 1) + "/");
      }
    }
    throw new IOException("process " + process.pid() + " has no NOMAD_ADDR_http");
  }

  /** Each variable as {@code NAME=value}. */
  static List<String> environment(ProcessHandle process) throws IOException {
    String environment =
        Files.readString(
            Path.of("/proc", process.pid() + "", "environ"), StandardCharsets.ISO_8859_1);
    return List.of(environment.split("\0", -1));
  }
}
