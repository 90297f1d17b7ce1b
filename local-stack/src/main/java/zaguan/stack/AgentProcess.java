package zaguan.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * A process that outlives the command that starts it: an agent, or the stack's own Docker engine.
 *
 * @param log where the process prints
 */
record AgentProcess(String name, ProcessHandle handle, Path log) {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** In a session of its own: neither Ctrl-C nor the end of the terminal reaches the process. */
  static AgentProcess start(
      String name, List<String> command, StackState state, OwnProcesses processes) {
    List<String> detached = new ArrayList<>(List.of("setsid"));
    detached.addAll(command);
    try {
      Path log = state.log(name);
      Files.createDirectories(log.getParent());
      Files.createDirectories(state.data(name));
      ProcessBuilder builder =
          new ProcessBuilder(detached)
              .directory(state.folder().toFile())
              .redirectErrorStream(true)
              .redirectInput(Path.of("/dev/null").toFile())
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
      String[] mark = processes.mark();
      builder.environment().put(mark[0], mark[1]);
      return new AgentProcess(name, builder.start().toHandle(), log);
    } catch (IOException e) {
      throw new StackFailure("cannot start " + name + ": " + e.getMessage(), e);
    }
  }

  /**
   * Returns when the process is ready.
   *
   * @throws StackFailure with the end of its log, if it ends or takes too long
   */
  void await(BooleanSupplier ready, Progress progress) {
    BooleanSupplier readyOrDead =
        () -> {
          progress.at("waiting for " + name + " to be ready");
          return ready.getAsBoolean() || !handle.isAlive();
        };
    boolean inTime = Waiting.until(PATIENCE, readyOrDead);
    if (!inTime || !handle.isAlive()) {
      throw new StackFailure(
          "the agent of "
              + name
              + (inTime ? " ended" : " is not ready after " + PATIENCE.toSeconds() + " s")
              + "; the end of "
              + log
              + ":\n"
              + logTail());
    }
  }

  private String logTail() {
    try {
      return Program.lastLines(Files.readString(log), 15);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
