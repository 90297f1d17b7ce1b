package zaguan.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The pom.xml of the checkout: which modules there are, and of which version. */
record CheckoutPom(Path file) {

  private static final Pattern MODULE = Pattern.compile("<module>([^<]*)</module>");
  private static final Pattern VERSION =
      Pattern.compile("<artifactId>zaguan</artifactId>\\s*<version>([^<]*)</version>");
  private static final String END = "  </modules>\n";

  /** The folders of the modules. */
  List<String> modules() {
    return MODULE.matcher(text()).results().map(module -> module.group(1)).toList();
  }

  /** The platform's version. */
  String version() {
    Matcher version = VERSION.matcher(text());
    if (!version.find()) {
      throw new StackFailure(file + " does not say the version of the artifact zaguan");
    }
    return version.group(1);
  }

  /**
   * Adds a module. The file keeps its time: a list of modules changes nothing that the other
   * modules are built from, so {@code ./stack up} builds the new module alone.
   */
  void add(String module) {
    String text = text();
    if (!text.contains(END)) {
      throw new StackFailure(file + " has no list of modules that ends with </modules>");
    }
    try {
      FileTime time = Files.getLastModifiedTime(file);
      Files.writeString(file, text.replace(END, "    <module>" + module + "</module>\n" + END));
      Files.setLastModifiedTime(file, time);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String text() {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
