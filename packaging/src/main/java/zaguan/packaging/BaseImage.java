package zaguan.packaging;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Assembles the base of the images of services: what the JVM needs of this machine. */
final class BaseImage {

  private BaseImage() {}

  /**
   * @param args where the archive goes
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    Path javaHome = Path.of(System.getProperty("java.home"));
    LocalImage.beneath(programs(javaHome), javaHome)
        .write(Path.of(args[0]), "zaguan/base", List.of());
  }

  /** Leaves out the libraries that draw or play sound: no service's runtime has them. */
  private static List<Path> programs(Path javaHome) {
    return Stream.of(
            "bin/java",
            "lib/server/libjvm.so",
            "lib/libjava.so",
            "lib/libjimage.so",
            "lib/libjli.so",
            "lib/libmanagement.so",
            "lib/libnet.so",
            "lib/libnio.so",
            "lib/libverify.so",
            "lib/libzip.so")
        .map(javaHome::resolve)
        .toList();
  }
}
