package zaguan.stack;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code ./stack dev NAME}: what is saved is compiled and runs. */
@Command(
    name = "dev",
    header = "Edit a service and see it run.",
    description = {
      "What you save is compiled, and serves behind the gateway seconds later.",
      "Meanwhile the service has one instance. Code that does not compile, or does not start, is"
          + " told here, and the old code goes on serving. Ctrl-C ends it, and rolls the service"
          + " out as ./stack run does, with as many instances as before."
    })
final class DevCommand implements Callable<Integer> {

  @Parameters(
      paramLabel = "NAME",
      description =
          "The service: a module that has a job file in nomad/, or the folder of a project.")
  String name = "";

  @Option(
      names = "--debug",
      description = "Each instance listens for a debugger; its port is told when it serves.")
  boolean debug;

  @ParentCommand private Main main;

  @Override
  public Integer call() throws Exception {
    Stack stack = main.stack();
    Service service = main.checkout().service(name);
    // Classes in a folder run as a plain process, whatever the other instances are.
    NomadCommand command = stack.nomadCommand(StackOptions.Driver.raw_exec);
    DevSession session =
        new DevSession(service, main.build(), stack, command, debug, main.progress());
    main.build().of(List.of(service), stack.driver() == StackOptions.Driver.docker);
    try (session) {
      // Whatever ends it, the service is left as it was.
      Runtime.getRuntime().addShutdownHook(new Thread(session::end, "end"));
      session.start();
      session.watch();
    }
    return 0;
  }
}
