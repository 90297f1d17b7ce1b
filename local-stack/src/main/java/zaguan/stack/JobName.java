package zaguan.stack;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The job that a person means by a name, or by the folder of a service, such as ../payments. */
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
    String job = named(name, checkout);
    if (jobs.contains(job)) {
      return job;
    }
    throw new StackFailure(
        "Nomad has no job "
            + job
            + (jobs.isEmpty() ? ", nor any other." : ". It has: " + String.join(", ", jobs) + ".")
            + hint(name, job, checkout));
  }

  /** By the job file of the folder, or by the folder's name. */
  private static String named(String name, Checkout checkout) {
    Path last = folder(name).getFileName();
    return isProject(name) ? checkout.service(name).name() : last == null ? name : last.toString();
  }

  private static String hint(String name, String job, Checkout checkout) {
    if (isService(job, checkout) || isProject(name)) {
      return " There is a job file; run it: ./stack run " + name;
    }
    Path file = checkout.jobFile(job);
    return Files.isRegularFile(file) ? " There is a job file; run it: nomad job run " + file : "";
  }

  private static boolean isService(String name, Checkout checkout) {
    return checkout.services().stream().anyMatch(each -> each.name().equals(name));
  }

  private static boolean isProject(String name) {
    return Files.isRegularFile(folder(name).resolve("pom.xml"));
  }

  private static Path folder(String name) {
    return Path.of(name).toAbsolutePath().normalize();
  }
}
