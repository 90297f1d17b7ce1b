package zaguan.stack;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code ./stack why NAME}. */
@Command(
    name = "why",
    header = "Say why a service is not healthy.",
    description = {
      "On one screen: the deployment, instances without a place, checks that fail and what they"
          + " found, exit codes, ports that another program holds, and the last lines that a failed"
          + " instance printed. Exit status 0: the service is healthy; 1: it is not."
    })
final class WhyCommand implements Callable<Integer> {

  @ParentCommand private Main main;

  @Parameters(
      paramLabel = "NAME",
      description = "A job, such as greeter, or the folder of a service, such as ../payments.")
  private String name = "";

  @Override
  public Integer call() {
    Stack stack = main.stack();
    String job = JobName.of(name, stack.nomad(), main.checkout());
    Diagnosis diagnosis = Diagnosis.of(job, stack.nomad());
    diagnosis.lines().forEach(System.out::println);
    if (!diagnosis.healthy() && !stack.nomad().allocations(job).isEmpty()) {
      System.out.println("\nAll that it printed: " + stack.command("logs " + job));
    }
    return diagnosis.healthy() ? 0 : 1;
  }
}
