package zaguan.stack;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code ./stack logs NAME}. */
@Command(
    name = "logs",
    header = "Print what the instances of a service print.",
    description = {
      "Each line begins with its instance, and with out or err for stdout or stderr. Instances that"
          + " run no more are among them, also those that failed; the newest instance comes last."
    })
final class LogsCommand implements Callable<Integer> {

  @ParentCommand private Main main;

  @Parameters(
      paramLabel = "NAME",
      description = "A job, such as greeter, or the folder of a service, such as ../payments.")
  private String name = "";

  @Option(
      names = {"-f", "--follow"},
      description = "Go on with what comes, of new instances too, until Ctrl-C.")
  private boolean follow;

  @Option(
      names = {"-n", "--lines"},
      paramLabel = "N",
      defaultValue = "100",
      description = "How many of the last lines of each stream of an instance. Default: 100")
  private int lines;

  @Override
  public Integer call() {
    if (lines < 0) {
      throw new StackFailure("--lines " + lines + ": must be 0 or more");
    }
    Nomad nomad = main.stack().nomad();
    String job = JobName.of(name, nomad, main.checkout());
    Logs logs = new Logs(nomad, job, lines, System.out, System.err);
    if (follow) {
      logs.follow();
    } else {
      logs.print();
    }
    return 0;
  }
}
