package zaguan.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Mounts that a killed Nomad agent left in its allocations' folders. */
final class Mounts {

  private Mounts() {}

  static void unmountBelow(Path folder) {
    for (String mount : below(folder)) {
      Program.Result result = Program.run(null, Map.of(), List.of("umount", mount));
      if (!result.succeeded()) {
        throw new StackFailure("cannot unmount " + mount + ": " + result.tail());
      }
    }
  }

  /** The innermost first. */
  private static List<String> below(Path folder) {
    try {
      return Files.readAllLines(Path.of("/proc/self/mounts")).stream()
          .map(line -> decoded(line.split(" ", -1)[1]))
          .filter(mount -> mount.startsWith(folder + "/"))
          .sorted(Comparator.comparingInt(String::length).reversed())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** See proc(5): the kernel writes these four characters in octal. */
  private static String decoded(String mount) {
    return mount
        .replace("\\040", " ")
        .replace("\\011", "\t")
        .replace("\\012", "\n")
        .replace("\\134", "\\");
  }
}
