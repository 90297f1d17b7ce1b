package zaguan.stack;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code ./stack run NAME}: builds a service, and rolls it out. */
@Command(
    name = "run",
    header = "Build a service, and roll it out.",
    description = {
      "Returns when the service is healthy.",
      "It keeps its number of instances; a service that sleeps goes on sleeping."
    })
final class RunCommand implements Callable<Integer> {

  @Parameters(
      paramLabel = "NAME",
      description =
          "The service: a module that has a job file in nomad/, or the folder of a project.")
  String name = "";

  @ParentCommand private Main main;

  @Override
  public Integer call() {
    Stack stack = main.stack();
    Service service = main.checkout().service(name);
    boolean images = stack.driver() == StackOptions.Driver.docker;
    main.build().of(List.of(service), images);
    stack
        .run(service)
        .ifPresentOrElse(
            uri -> System.out.println("\nServed at " + uri),
            () ->
                System.out.println(
                    "\nThe gateway does not serve it: "
                        + (stack.nomad().tags(service.name()).contains("public")
                            ? "see the problems at " + stack.endpoints().frontDoor() + "/"
                            : "its service block in "
                                + service.jobFile()
                                + " has no tag \"public\"")));
    return 0;
  }
}
