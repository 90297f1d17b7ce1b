package zaguan.stack;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A Maven module that runs on Nomad, and where its files lie: in the checkout, or in a folder of
 * its own.
 *
 * @param name of the service, its job and its artifact
 * @param module the folder of its {@code pom.xml}
 * @param build the folder whose Maven builds it
 * @param jobFile what Nomad reads
 */
record Service(String name, Path module, Path build, Path jobFile) {

  private static final String JOB_FILE = ".nomad.hcl";

  static boolean isJobFile(Path file) {
    return file.toString().endsWith(JOB_FILE);
  }

  static String nameOf(Path jobFile) {
    String file = jobFile.getFileName().toString();
    return file.substring(0, file.length() - JOB_FILE.length());
  }

  /** Whether it is a module of the checkout, and not a project by itself. */
  boolean isModule() {
    return !module.equals(build);
  }

  /**
   * The runnable jar that the build makes.
   *
   * @throws StackFailure if it has not been built
   */
  Path jar() {
    return built(
        target(name + ".jar"),
        isModule()
            ? "./mvnw -DskipTests package -pl " + name + " -am"
            : "./mvnw -DskipTests package, in " + module);
  }

  /** The AOT cache that the build makes; need not exist. */
  Path cache() {
    return target(name + ".aot");
  }

  /**
   * The archive of the image that the build makes.
   *
   * @throws StackFailure if it has not been built
   */
  Path image() {
    return built(target("jib-image.tar"), "./stack up --driver docker");
  }

  Path target(String file) {
    return module.resolve("target").resolve(file);
  }

  private static Path built(Path file, String command) {
    if (!Files.isRegularFile(file)) {
      throw new StackFailure(file + " has not been built. Build it: " + command);
    }
    return file;
  }
}
