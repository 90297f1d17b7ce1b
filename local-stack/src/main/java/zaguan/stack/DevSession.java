package zaguan.stack;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A service that is being edited. Each save becomes a version of its job, whose only instance runs
 * the new classes; the old instance serves until the new instance is healthy.
 */
final class DevSession implements AutoCloseable {

  /** Folders of classes that are kept: an instance that is told to go may still load some. */
  private static final int KEPT = 5;

  /** How often the compiler runs before the first save: the first runs are its slowest. */
  private static final int WARM = 8;

  private final Service service;
  private final Build build;
  private final Stack stack;
  private final NomadCommand command;
  private final boolean debug;
  private final Progress progress;
  private final Path folder;
  private final Nomad nomad;

  private @Nullable SourceWatch watch;
  private @Nullable ModuleCompiler compiler;
  private @Nullable Libraries libraries;
  private @Nullable DevRollout rollout;
  private @Nullable JsonNode described;
  private String describedOf = "";
  private int compiled;
  private boolean ended;

  DevSession(
      Service service,
      Build build,
      Stack stack,
      NomadCommand command,
      boolean debug,
      Progress progress) {
    this.service = service;
    this.build = build;
    this.stack = stack;
    this.command = command;
    this.debug = debug;
    this.progress = progress;
    folder = service.target("dev");
    nomad = stack.nomad();
  }

  /** Runs the service as it is saved now, to be asked of Maven once. */
  void start() throws IOException {
    stack.services().publish(service); // The job file names what was published.
    progress.step(service.name() + ": asking Maven how it compiles");
    // Before the first compilation: what is saved meanwhile is not lost.
    watch =
        new SourceWatch(
            List.of(
                service.module().resolve("src/main/java"),
                service.module().resolve("src/main/resources")),
            service.jobFile());
    compiler = new ModuleCompiler(service, CompilerArguments.of(service, build, folder));
    libraries = Libraries.of(service.jar(), service.target("classes"), folder);
    Path classes = folder.resolve("classes-0");
    StackState.delete(classes);
    List<String> wrong = compiler.compile(classes);
    if (!wrong.isEmpty()) {
      throw new StackFailure(String.join("\n", wrong));
    }
    begin(classes);
    Path unused = folder.resolve("classes-unused");
    for (int i = 0; i < WARM; i++) {
      compiler.compile(unused);
    }
    stack
        .services()
        .route(service)
        .ifPresent(uri -> progress.step(service.name() + ": served at " + uri));
    progress.step("save a file below " + service.module().resolve("src/main") + "; Ctrl-C ends it");
  }

  /** Runs the classes, and, the first time, makes the archive of their libraries. */
  private void begin(Path classes) {
    if (!libraries().areArchived()) {
      progress.step(service.name() + ": preparing its libraries, so that it starts faster");
      submit(classes, List.of(libraries().listing()), System.nanoTime()).await();
      // The list is complete when the JVM that writes it has ended: the next takes its place.
      DevRollout next = submit(classes, List.of(), System.nanoTime());
      next.await();
      next.awaitAlone();
      if (!libraries().archive(DevJob.flagsOf(described()))) {
        progress.step("it starts slower: the JVM made no archive of its libraries; see " + folder);
      }
    } else {
      submit(classes, libraries().flags(), System.nanoTime()).await();
    }
  }

  /** Compiles and runs what is saved, until the process is told to end. */
  void watch() throws IOException, InterruptedException {
    if (watch == null) {
      throw new IllegalStateException("not started");
    }
    while (true) {
      watch.await();
      saved(System.nanoTime());
    }
  }

  private void saved(long at) throws IOException {
    Path classes = folder.resolve("classes-" + ++compiled % KEPT);
    StackState.delete(classes);
    List<String> wrong = compiler().compile(classes);
    if (!wrong.isEmpty()) {
      progress.step(service.name() + " does not compile; the old code goes on serving");
      wrong.forEach(System.err::println);
      return;
    }
    try {
      DevRollout next = submit(classes, libraries().flags(), at);
      Thread.ofVirtual().start(next::await);
    } catch (StackFailure e) {
      progress.step(e.getMessage() + "\nThe old code goes on serving.");
    }
  }

  private synchronized DevRollout submit(Path classes, List<String> with, long savedAt) {
    if (ended) {
      throw new StackFailure("the end was asked for");
    }
    if (rollout != null) {
      rollout.supersede();
    }
    List<String> flags = new ArrayList<>(with);
    Integer port = debug ? freePort() : null;
    if (port != null) {
      flags.add("-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=127.0.0.1:" + port);
    }
    JsonNode job =
        new DevJob(
                service.name(),
                flags,
                libraries().jar() + ":" + classes,
                libraries().mainClass(),
                Program.onPath("curl", Program.path()) != null)
            .of(described(), nomad.job(service.name()));
    String evaluation = nomad.submit(job);
    int version = nomad.job(service.name()).map(Job::version).orElseThrow();
    rollout =
        new DevRollout(
            new Rollout(service.name(), evaluation, version),
            savedAt,
            port,
            nomad,
            stack.endpoints(),
            progress);
    return rollout;
  }

  /** What the job file says; Nomad's command line is asked again when the file has changed. */
  private JsonNode described() {
    String content = ContentHash.of(service.jobFile()).hex();
    if (described == null || !content.equals(describedOf)) {
      described =
          command
              .describe(Submission.of(service, null))
              .orElseThrow(
                  () ->
                      new StackFailure(
                          "Nomad cannot read it: nomad job validate " + service.jobFile()));
      describedOf = content;
    }
    return described;
  }

  /** Builds the service and rolls it out as it was before, or, if it does not build, as last. */
  void end() {
    synchronized (this) {
      ended = true;
      if (rollout == null) {
        return; // Nothing of it runs.
      }
      rollout.supersede();
    }
    System.err.println();
    progress.step(service.name() + ": building and rolling it out, as ./stack run does");
    try {
      build.of(List.of(service), stack.driver() == StackOptions.Driver.docker);
    } catch (StackFailure e) {
      progress.step(e.getMessage() + "\nWhat was built last is rolled out.");
    }
    try {
      stack.run(service);
    } catch (StackFailure e) {
      progress.step("stack: " + e.getMessage());
    }
  }

  private ModuleCompiler compiler() {
    if (compiler == null) {
      throw new IllegalStateException("not started");
    }
    return compiler;
  }

  private Libraries libraries() {
    if (libraries == null) {
      throw new IllegalStateException("not started");
    }
    return libraries;
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    if (watch != null) {
      watch.close();
    }
    if (compiler != null) {
      compiler.close();
    }
  }
}
