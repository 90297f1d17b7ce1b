package zaguan.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.ServiceLoader;
import javax.annotation.processing.Processor;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;

/**
 * The JDK's compiler in this process, which stays warm between saves, as do the annotation
 * processors. It compiles the whole module each time: services are small, and what a change touches
 * need not be guessed.
 */
final class ModuleCompiler implements AutoCloseable {

  private final Service service;
  private final CompilerArguments arguments;
  private final JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
  private final StandardJavaFileManager files;
  private final URLClassLoader processors;

  ModuleCompiler(Service service, CompilerArguments arguments) throws IOException {
    this.service = service;
    this.arguments = arguments;
    files = compiler.getStandardFileManager(null, Locale.ROOT, StandardCharsets.UTF_8);
    files.setLocationFromPaths(StandardLocation.CLASS_PATH, arguments.classPath());
    processors =
        new URLClassLoader(
            arguments.processorPath().stream().map(ModuleCompiler::url).toArray(URL[]::new),
            new Jdk());
  }

  /**
   * Compiles the module's sources, and copies its resources.
   *
   * @param output an empty or a missing folder
   * @return what is wrong, a line or more each: {@code path:line: error: …}; nothing if it compiled
   */
  List<String> compile(Path output) throws IOException {
    Files.createDirectories(output);
    files.setLocationFromPaths(StandardLocation.CLASS_OUTPUT, List.of(output));
    DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
    List<String> options = new ArrayList<>(arguments.options());
    options.addAll(List.of("-nowarn", "-Xlint:none"));
    JavaCompiler.CompilationTask task =
        compiler.getTask(
            null,
            files,
            found,
            options,
            null,
            files.getJavaFileObjectsFromPaths(
                Sources.below(service.module().resolve("src/main/java")).stream()
                    .filter(file -> file.toString().endsWith(".java"))
                    .toList()));
    task.setProcessors(processors());
    boolean compiled = task.call();
    List<String> wrong =
        found.getDiagnostics().stream()
            .filter(each -> each.getKind() == Diagnostic.Kind.ERROR)
            .map(this::said)
            .toList();
    if (!compiled && wrong.isEmpty()) {
      return List.of("the compiler failed, and did not say why");
    }
    copyResources(output);
    return wrong;
  }

  private List<Processor> processors() {
    List<Processor> all = new ArrayList<>();
    // Error Prone has no processor; it is a plugin, and `./stack run` compiles with it.
    ServiceLoader.load(Processor.class, processors).forEach(all::add);
    return all;
  }

  /** As {@code javac} says it: the file, the line, what is wrong, and the line itself. */
  private String said(Diagnostic<? extends JavaFileObject> found) {
    String root = service.build() + "/";
    String text = found.toString();
    return text.startsWith(root) ? text.substring(root.length()) : text;
  }

  private void copyResources(Path output) throws IOException {
    Path resources = service.module().resolve("src/main/resources");
    for (Path file : Sources.below(resources)) {
      Path copy = output.resolve(resources.relativize(file));
      Files.createDirectories(copy.resolveSibling("."));
      Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static URL url(Path path) {
    try {
      return path.toUri().toURL();
    } catch (MalformedURLException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    files.close();
    processors.close();
  }

  /** The JDK and its compiler, without the libraries of this program. */
  private static final class Jdk extends ClassLoader {

    Jdk() {
      super(ClassLoader.getPlatformClassLoader());
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
      Class<?> found = Class.forName(name, false, ClassLoader.getSystemClassLoader());
      if (found.getModule().isNamed()) {
        return found;
      }
      throw new ClassNotFoundException(name);
    }
  }
}
