package zaguan.stack;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The job that a person means by a name, or by the folder of a service, such as ../orders. */
final class JobName {

  private JobName() {}

  /**
   * The name of a job that Nomad has.
   *
   * @throws StackFailure if Nomad does not answer, or has no such job
   */
  static String of(String name, Nomad nomad, Checkout checkout) {
    List<String> jobs =
        nomad
            .jobNames()
            .orElseThrow(
                () ->
                    new StackFailure(
                        "Nomad does not answer at "
                            + nomad.address()
                            + "; ./stack status says what runs, and ./stack up puts it right"));
    if (jobs.contains(name)) {
      return name;
    }
    String base = base(name);
    if (jobs.contains(base)) {
      return base;
    }
    Path file = checkout.jobFile(base);
    throw new StackFailure(
        "Nomad has no job "
            + base
            + (jobs.isEmpty() ? ", nor any other." : ". It has: " + String.join(", ", jobs) + ".")
            + (Files.isRegularFile(file)
                ? " There is a job file; run it: nomad job run " + file
                : ""));
  }

  /** The last name of a path. */
  private static String base(String name) {
    Path last = Path.of(name).toAbsolutePath().normalize().getFileName();
    return last == null ? name : last.toString();
  }
}
