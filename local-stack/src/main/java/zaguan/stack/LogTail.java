package zaguan.stack;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What one task prints to one stream, line by line, read as it grows. For one thread. */
final class LogTail {

  /** As many lines as there are. */
  static final int ALL = Integer.MAX_VALUE;

  private static final int CHUNK = 64 * 1024;

  private final AllocationLogs logs;

  /** Where to read on. */
  private int number;

  private long offset;

  /** The beginning of a line whose end is not printed yet. */
  private final ByteArrayOutputStream begun = new ByteArrayOutputStream();

  LogTail(AllocationLogs logs) {
    this.logs = logs;
  }

  /**
   * Skips what comes before the last lines.
   *
   * @param files oldest first
   * @return whether anything was skipped
   */
  boolean skipToLast(int lines, List<LogFile> files) {
    if (files.isEmpty() || lines == ALL) {
      return false;
    }
    if (lines == 0) {
      number = files.getLast().number();
      offset = files.getLast().size();
      return true;
    }
    int seen = 0;
    boolean end = true;
    for (LogFile file : files.reversed()) {
      for (long to = file.size(); to > 0; to = Math.max(0, to - CHUNK)) {
        long from = Math.max(0, to - CHUNK);
        byte[] part = logs.read(file, from, to - from).orElse(new byte[0]);
        for (int i = part.length - 1; i >= 0; i--) {
          // The newline at the very end ends the last line; it does not begin another.
          if (part[i] == '\n' && !end && ++seen == lines) {
            number = file.number();
            offset = from + i + 1;
            return true;
          }
          end = false;
        }
      }
    }
    return false;
  }

  /** The lines that were completed since the last call. */
  List<String> next(List<LogFile> files) {
    List<String> lines = new ArrayList<>();
    for (LogFile file : files) {
      if (file.number() > number) {
        number = file.number();
        offset = 0;
      }
      while (file.number() == number && offset < file.size()) {
        Optional<byte[]> part = logs.read(file, offset, Math.min(CHUNK, file.size() - offset));
        if (part.isEmpty() || part.get().length == 0) {
          return lines;
        }
        offset += part.get().length;
        split(part.get(), lines);
      }
    }
    return lines;
  }

  private void split(byte[] part, List<String> lines) {
    int from = 0;
    for (int i = 0; i < part.length; i++) {
      if (part[i] == '\n') {
        begun.write(part, from, i - from);
        lines.add(line());
        from = i + 1;
      }
    }
    begun.write(part, from, part.length - from);
  }

  /** What stands after the last newline, if anything does: a line whose end never came. */
  List<String> rest() {
    return begun.size() == 0 ? List.of() : List.of(line());
  }

  private String line() {
    String line = begun.toString(StandardCharsets.UTF_8);
    begun.reset();
    return line;
  }
}
