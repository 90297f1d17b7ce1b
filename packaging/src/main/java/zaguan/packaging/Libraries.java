package zaguan.packaging;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The shared libraries of this machine that programs need, the loader among them. */
final class Libraries {

  private static final Pattern FOUND = Pattern.compile("^\\s+(?:\\S+ => )?(/\\S+) \\(0x");

  private Libraries() {}

  /**
   * @throws PackagingFailure if a library is not on this machine
   */
  static SortedSet<Path> of(Collection<Path> programs) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("ldd"));
    programs.forEach(program -> command.add(program.toString()));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    // As the JVM sets it: its libraries find each other through this variable.
    builder
        .environment()
        .put(
            "LD_LIBRARY_PATH",
            programs.stream()
                .map(program -> String.valueOf(program.getParent()))
                .distinct()
                .collect(Collectors.joining(":")));
    Process ldd = builder.start();
    String output = new String(ldd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (ldd.waitFor() != 0 || output.contains("not found")) {
      throw new PackagingFailure(
          "cannot tell which libraries " + programs + " need; ldd said:\n" + output);
    }
    SortedSet<Path> libraries = new TreeSet<>();
    for (String line : output.lines().toList()) {
      Matcher matcher = FOUND.matcher(line);
      if (matcher.find()) {
        libraries.add(Path.of(matcher.group(1)).normalize());
      }
    }
    return libraries;
  }
}
