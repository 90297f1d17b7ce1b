package zaguan.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Who listens on a TCP port, from /proc.
 *
 * @param pid 0 if it is another user's process, which only root may see
 * @param command its command line
 */
record PortHolder(long pid, String command) {

  private static final String LISTENING = "0A";

  static Optional<PortHolder> of(int port) {
    Set<String> sockets = new HashSet<>();
    for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
      listeners(Path.of(table), port, sockets);
    }
    if (sockets.isEmpty()) {
      return Optional.empty();
    }
    try (Stream<ProcessHandle> processes = ProcessHandle.allProcesses()) {
      return processes
          .filter(process -> holds(process.pid(), sockets))
          .findFirst()
          .map(
              process ->
                  new PortHolder(
                      process.pid(), String.join(" ", OwnProcesses.fieldsOf(process, "cmdline"))))
          .or(() -> Optional.of(new PortHolder(0, "a process of another user")));
    }
  }

  /** The process, for a sentence. */
  String described() {
    return (pid == 0 ? "" : "process " + pid + ": ") + command;
  }

  /**
   * Whether it is known not to be of the allocation. Another allocation does not count: a port that
   * an allocation has left may be given to the next one.
   */
  boolean isForeignTo(Allocation allocation) {
    return pid == 0
        ? !allocation.runs()
        : OwnProcesses.fieldsOf(pid, "environ").stream()
            .noneMatch(variable -> variable.startsWith("NOMAD_ALLOC_ID="));
  }

  private static void listeners(Path table, int port, Set<String> sockets) {
    try {
      for (String line : Files.readAllLines(table)) {
        // sl local_address rem_address st tx:rx tr:when retrnsmt uid timeout inode
        String[] fields = line.strip().split("\\s+", -1);
        if (fields.length > 9
            && fields[3].equals(LISTENING)
            && fields[1].endsWith(String.format(":%04X", port))) {
          sockets.add("socket:[" + fields[9] + "]");
        }
      }
    } catch (IOException noSuchProtocol) {
      // A kernel without IPv6 has no tcp6.
    }
  }

  private static boolean holds(long pid, Set<String> sockets) {
    try (Stream<Path> descriptors = Files.list(Path.of("/proc", String.valueOf(pid), "fd"))) {
      return descriptors.anyMatch(descriptor -> sockets.contains(target(descriptor)));
    } catch (IOException goneOrForbidden) {
      return false;
    }
  }

  private static String target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (IOException closed) {
      return "";
    }
  }
}
