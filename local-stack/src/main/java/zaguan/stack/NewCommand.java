package zaguan.stack;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code ./stack new}. */
@Command(
    name = "new",
    header = "Begin a service of your own.",
    description = {
      "It takes JSON, validates it, and calls the greeter; it has a job file, and tests.",
      "NAME: a module of the checkout, such as orders. A path, such as ../payments: a project by"
          + " itself, with a build of its own."
    })
final class NewCommand implements Callable<Integer> {

  @ParentCommand Main main;

  @Parameters(paramLabel = "NAME", description = "Such as orders, or ../payments")
  String where = "";

  @Override
  public Integer call() {
    Checkout checkout = main.checkout();
    NewService services = new NewService(checkout);
    if (!where.contains("/")) {
      ServiceName name = new ServiceName(where);
      services.module(name);
      System.out.printf(
          """
          Made %1$s/ and nomad/%1$s.nomad.hcl, and added the module to pom.xml.

          Test it:     ./mvnw -pl %1$s test -Dtest='%3$s*'
          Run it:      ./stack run %1$s
          Ask it:      %2$s
          Edit it:     ./stack dev %1$s
          """,
          name.text(), question(name), name.inClass());
      return 0;
    }
    Path folder = Path.of(where).toAbsolutePath().normalize();
    ServiceName name = new ServiceName(String.valueOf(folder.getFileName()));
    services.project(folder, name);
    new PlatformArtifacts(checkout).install(main.progress());
    System.out.printf(
        """
        Made %1$s, a project by itself.

        Test it:     (cd %1$s && ./mvnw package)
        Run it:      ./stack run %1$s
        Ask it:      %2$s
        Edit it:     ./stack dev %1$s
        """,
        Main.quoted(where.replaceFirst("/+$", "")), question(name));
    return 0;
  }

  private static String question(ServiceName name) {
    return "curl -H 'Content-Type: application/json' -d '{\"name\":\"Ada\",\"count\":2}' "
        + Endpoints.of(Ports.standard()).frontDoor()
        + "/"
        + name.text();
  }
}
