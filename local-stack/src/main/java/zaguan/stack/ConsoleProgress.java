package zaguan.stack;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Prints a line for each step, with the seconds since the start. On a terminal, the progress of a
 * step overwrites one line; elsewhere it is a line of its own, at most every few seconds.
 */
final class ConsoleProgress implements Progress {

  private static final Duration QUIET = Duration.ofSeconds(5);

  private final PrintStream out;
  private final boolean terminal;
  private final InstantSource clock;
  private final Instant start;
  private Instant lastLine;
  private boolean overwritten;

  ConsoleProgress(PrintStream out, boolean terminal, InstantSource clock) {
    this.out = out;
    this.terminal = terminal;
    this.clock = clock;
    start = clock.instant();
    lastLine = start;
  }

  @Override
  public void step(String what) {
    endOverwriting();
    out.println(stamped(what));
    lastLine = clock.instant();
  }

  @Override
  public void at(String howFar) {
    if (terminal) {
      // Erase to the end of the line: the text before may have been longer.
      out.print("\r" + stamped("  " + howFar) + "\u001b[K");
      out.flush();
      overwritten = true;
    } else if (Duration.between(lastLine, clock.instant()).compareTo(QUIET) >= 0) {
      step("  " + howFar);
    }
  }

  /** Ends a line that is being overwritten, before anything else is printed. */
  void endOverwriting() {
    if (overwritten) {
      out.println();
      overwritten = false;
    }
  }

  private String stamped(String what) {
    double seconds = Duration.between(start, clock.instant()).toMillis() / 1000.0;
    return String.format("%6.1f s  %s", seconds, what);
  }
}
