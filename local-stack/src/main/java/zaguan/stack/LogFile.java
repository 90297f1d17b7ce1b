package zaguan.stack;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file in which Nomad keeps what a task prints. When it is full, the next number begins.
 *
 * @param stream stdout or stderr
 */
record LogFile(String task, String stream, int number, long size) {

  private static final Pattern NAME = Pattern.compile("(.+)\\.(stdout|stderr)\\.(\\d{1,9})");

  /** Empty if it is another file, such as the pipe of a task that runs. */
  static Optional<LogFile> of(String name, long size) {
    Matcher parts = NAME.matcher(name);
    return parts.matches()
        ? Optional.of(
            new LogFile(parts.group(1), parts.group(2), Integer.parseInt(parts.group(3)), size))
        : Optional.empty();
  }

  String name() {
    return task + "." + stream + "." + number;
  }

  /** The task and the stream, which all its files share. */
  String source() {
    return task + "." + stream;
  }
}
