package zaguan.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import zaguan.stack.Checkout;

/** What a job file says of the JVM. */
final class JobFile {

  private static final Pattern FLAG = Pattern.compile("\"(-X[^\"]+)\",\n");

  private JobFile() {}

  /** All flags but the cache, which depends on where the jar is. */
  static List<String> jvmFlags(Checkout checkout, String job) throws IOException {
    Path file = checkout.root().resolve("nomad").resolve(job + ".nomad.hcl");
    List<String> flags =
        FLAG.matcher(Files.readString(file))
            .results()
            .map((MatchResult each) -> each.group(1))
            .filter(flag -> !flag.startsWith("-XX:AOTCache"))
            .toList();
    if (flags.isEmpty()) {
      throw new IOException(file + " has no flags of the JVM where they were");
    }
    return flags;
  }
}
