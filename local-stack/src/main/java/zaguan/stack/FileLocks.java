package zaguan.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Whether a process holds a lock of a file, from /proc. To try the lock instead would keep others
 * from it for a moment, and sees only one of the two kinds that Linux has.
 */
final class FileLocks {

  private FileLocks() {}

  static boolean isHeld(Path file) {
    if (!Files.exists(file)) {
      return false;
    }
    try {
      // 1: POSIX  ADVISORY  WRITE 4711 fe:01:1234567 0 EOF
      String inode = ":" + Files.getAttribute(file, "unix:ino") + " ";
      return Files.readAllLines(Path.of("/proc/locks")).stream()
          // One that waits for the lock has an arrow in its line.
          .anyMatch(line -> line.contains(inode) && !line.contains("->"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
