package zaguan.stack;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Packages of the distribution. */
final class DebianPackage {

  private final List<String> names;

  DebianPackage(String... names) {
    this.names = List.of(names);
  }

  /**
   * @param why what the packages are for, as the beginning of a sentence
   * @throws StackFailure if they cannot be installed
   */
  void install(String why, Progress progress) {
    String packages = String.join(" ", names);
    if (Program.onPath("apt-get", Program.path()) == null) {
      throw new StackFailure(why + ", and is missing here: install " + packages);
    }
    if (!"root".equals(System.getProperty("user.name"))) {
      throw new StackFailure(why + ", and is missing here: sudo apt-get install " + packages);
    }
    progress.step(packages + ": installing from the distribution");
    apt(progress, "update");
    List<String> install = new ArrayList<>(List.of("install", "-y", "--no-install-recommends"));
    install.addAll(names);
    apt(progress, install.toArray(String[]::new));
  }

  private void apt(Progress progress, String... arguments) {
    List<String> command = new ArrayList<>(List.of("apt-get", "-q"));
    command.addAll(List.of(arguments));
    Program.Result result =
        Program.run(null, Map.of("DEBIAN_FRONTEND", "noninteractive"), command, progress::at);
    if (!result.succeeded()) {
      throw new StackFailure(
          String.join(" ", command) + " failed; run it by hand. It said:\n" + result.tail());
    }
  }
}
