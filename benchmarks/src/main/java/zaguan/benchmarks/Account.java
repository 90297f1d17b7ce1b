package zaguan.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What Linux says that a process has used. */
record Account(ProcessHandle process) {

  /** Linux counts processor time in hundredths of a second, for all threads together. */
  private static final double TICK = 10_000;

  /** Microseconds of CPU since the process began, in user and in kernel mode. */
  double cpuMicros() throws IOException {
    String stat = Files.readString(file("stat"));
    // The second field is a name in brackets, which may hold spaces.
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * TICK;
  }

  double residentMegabytes() throws IOException {
    for (String line : Files.readAllLines(file("status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) / 1024.0;
      }
    }
    throw new IOException("process " + process.pid() + " has no VmRSS");
  }

  private Path file(String name) {
    return Path.of("/proc", String.valueOf(process.pid()), name);
  }
}
