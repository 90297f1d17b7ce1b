package zaguan.stack;

import java.util.List;
import java.util.Map;

/** What a service outside the checkout needs of the platform, in the local Maven repository. */
final class PlatformArtifacts {

  private static final String BUILDING = "[INFO] Building ";

  private static final String MODULES = "service,packaging,discovery";

  private final Checkout checkout;

  PlatformArtifacts(Checkout checkout) {
    this.checkout = checkout;
  }

  /**
   * Builds and installs them: the service's parent, and what trains its AOT cache.
   *
   * @throws StackFailure if Maven fails
   */
  void install(Progress progress) {
    progress.step(
        "installing the service's parent, its training and its clients into the local Maven"
            + " repository");
    // Not the phase install: that would check all files of the checkout first. flock as ./stack
    // does.
    List<String> command =
        List.of(
            "flock",
            checkout.standardState().resolve("build.lock").toString(),
            checkout.root().resolve("mvnw").toString(),
            "-B",
            "-ntp",
            "-DskipTests",
            "-pl",
            MODULES,
            "package",
            "install:install");
    Program.Result built =
        Program.run(
            checkout.root(),
            Map.of("JAVA_HOME", System.getProperty("java.home")),
            command,
            line -> {
              if (line.startsWith(BUILDING)) {
                progress.at(line.substring("[INFO] ".length()));
              }
            });
    if (!built.succeeded()) {
      throw new StackFailure(
          "Maven could not install the platform's artifacts, in "
              + checkout.root()
              + ":\n"
              + built.tail()
              + "\nThe project is there. To install what it needs: ./mvnw -DskipTests -pl "
              + MODULES
              + " package install:install");
    }
  }
}
