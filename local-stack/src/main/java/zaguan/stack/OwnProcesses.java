package zaguan.stack;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * The processes of one stack, and no others. Each process has the stack's mark in its environment:
 * the agents get the mark from us, and what Nomad starts inherits it. A container does not; its
 * parent process does. So the processes are found whichever of them has died, and a process number
 * that was given out again is never mistaken for one of them.
 */
final class OwnProcesses {

  private static final String MARK = "ZAGUAN_STACK";

  private final Path state;

  OwnProcesses(Path state) {
    this.state = state;
  }

  /** Put this into an agent's environment: name and value. */
  String[] mark() {
    return new String[] {MARK, state.toString()};
  }

  List<ProcessHandle> all() {
    try (Stream<ProcessHandle> processes = ProcessHandle.allProcesses()) {
      return processes
          .filter(process -> process.pid() != ProcessHandle.current().pid())
          .filter(this::isMarked)
          .toList();
    }
  }

  private boolean isMarked(ProcessHandle process) {
    return fieldsOf(process, "environ").contains(MARK + "=" + state)
        || process.parent().filter(this::isMarked).isPresent();
  }

  /** Processes with an argument that ends so, such as the path of a file of this stack. */
  List<ProcessHandle> given(String argumentEnd) {
    return all().stream()
        .filter(
            process ->
                fieldsOf(process, "cmdline").stream().anyMatch(arg -> arg.endsWith(argumentEnd)))
        .toList();
  }

  /** Sends SIGTERM, and SIGKILL to processes that are still there after {@code patience}. */
  static void end(List<ProcessHandle> processes, Duration patience) {
    processes.forEach(ProcessHandle::destroy);
    if (!await(processes, patience)) {
      processes.forEach(ProcessHandle::destroyForcibly);
      if (!await(processes, Duration.ofSeconds(10))) {
        throw new StackFailure(
            "processes do not end even when killed: "
                + processes.stream().filter(OwnProcesses::runs).map(ProcessHandle::pid).toList());
      }
    }
  }

  private static boolean await(List<ProcessHandle> processes, Duration patience) {
    return Waiting.until(patience, () -> processes.stream().noneMatch(OwnProcesses::runs));
  }

  /** A zombie whose parent does not collect it has ended for our purposes. */
  private static boolean runs(ProcessHandle process) {
    if (!process.isAlive()) {
      return false;
    }
    try {
      String stat = Files.readString(Path.of("/proc", String.valueOf(process.pid()), "stat"));
      return stat.charAt(stat.lastIndexOf(')') + 2) != 'Z';
    } catch (IOException gone) {
      return false;
    }
  }

  static List<String> fieldsOf(ProcessHandle process, String file) {
    return fieldsOf(process.pid(), file);
  }

  /** The NUL-separated fields of a file under /proc/PID; none if it cannot be read. */
  static List<String> fieldsOf(long pid, String file) {
    try {
      byte[] bytes = Files.readAllBytes(Path.of("/proc", String.valueOf(pid), file));
      return Arrays.asList(new String(bytes, StandardCharsets.UTF_8).split("\0"));
    } catch (IOException goneOrForbidden) {
      return List.of();
    }
  }
}
