package zaguan.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * How Maven compiles a module: the arguments that it gives to {@code javac}.
 *
 * @param classPath without what the module itself was compiled to
 * @param processorPath where the annotation processors lie
 * @param options that change the class files. Checks are not among them: what is being edited may
 *     have warnings.
 */
record CompilerArguments(List<Path> classPath, List<Path> processorPath, List<String> options) {

  private static final Set<String> WITH_VALUE = Set.of("-encoding", "-source", "-target");
  private static final Set<String> ALONE = Set.of("-g", "-parameters", "--enable-preview");

  /**
   * Asks Maven, which compiles the module with a compiler that writes down its arguments.
   *
   * @param folder where they are kept
   */
  static CompilerArguments of(Service service, Build build, Path folder) {
    Path recorded = folder.resolve("javac.arguments");
    Path recorder = folder.resolve("javac");
    try {
      Files.createDirectories(folder);
      Files.writeString(
          recorder,
          """
          #!/bin/sh
          for argument; do
            case $argument in @*) cat "${argument#@}" >>%s ;; esac
          done
          exec '%s/bin/javac' "$@"
          """
              .formatted(Main.quoted(recorded.toString()), System.getProperty("java.home")));
      Files.setPosixFilePermissions(recorder, PosixFilePermissions.fromString("rwxr-xr-x"));
      Files.deleteIfExists(recorded);
      // Or Maven sees that there is nothing to compile.
      StackState.delete(service.target("classes"));
      build.maven(
          service.build(),
          List.of(service),
          List.of("-B", "-Dmaven.compiler.executable=" + recorder),
          "compile");
      if (!Files.exists(recorded)) {
        throw new StackFailure(
            "Maven compiled "
                + service.name()
                + " without a compiler of its own: ./stack dev needs <fork>true</fork> of"
                + " maven-compiler-plugin in "
                + service.module().resolve("pom.xml"));
      }
      return parse(Files.readString(recorded), service.target("classes"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * @param text argument files of {@code javac}; those of the module come last
   * @param output where Maven puts the module's classes
   */
  static CompilerArguments parse(String text, Path output) {
    List<String> arguments =
        text.lines()
            .map(line -> line.replaceFirst("^\"", "").replaceFirst("\"$", "").replace("\\\\", "\\"))
            .toList();
    int start = lastIndexOf(arguments, "-d", output.toString());
    if (start < 0) {
      throw new StackFailure("Maven did not say how it compiles to " + output);
    }
    List<Path> classPath = new ArrayList<>();
    List<Path> processorPath = new ArrayList<>();
    List<String> options = new ArrayList<>();
    for (int i = start; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      if (argument.equals("-classpath")) {
        classPath.addAll(paths(arguments.get(++i)));
      } else if (argument.equals("-processorpath")) {
        processorPath.addAll(paths(arguments.get(++i)));
      } else if (WITH_VALUE.contains(argument)) {
        options.add(argument);
        options.add(arguments.get(++i));
      } else if (ALONE.contains(argument) || argument.startsWith("-A")) {
        options.add(argument);
      }
    }
    classPath.remove(output);
    return new CompilerArguments(
        List.copyOf(classPath), List.copyOf(processorPath), List.copyOf(options));
  }

  private static int lastIndexOf(List<String> arguments, String option, String value) {
    for (int i = arguments.size() - 2; i >= 0; i--) {
      if (arguments.get(i).equals(option) && arguments.get(i + 1).equals(value)) {
        return i;
      }
    }
    return -1;
  }

  private static List<Path> paths(String joined) {
    return Arrays.stream(joined.split(":", -1))
        .filter(each -> !each.isEmpty())
        .map(Path::of)
        .toList();
  }
}
