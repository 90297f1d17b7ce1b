package zaguan.stack;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Prints a line for each step, with the seconds since the start. On a terminal, the progress of a
 * step overwrites one line; elsewhere it is a line of its own, at most every few seconds. A step
 * that says nothing for a while is said to go on.
 */
final class ConsoleProgress implements Progress {

  private static final Duration QUIET = Duration.ofSeconds(5);
  private static final Duration SILENCE = Duration.ofSeconds(10);

  private final PrintStream out;
  private final boolean terminal;
  private final InstantSource clock;
  private final Instant start;
  private Instant lastLine;
  private String last = "";
  private boolean overwritten;

  /**
   * @param start when the user's command began, which is before this process if something was built
   */
  ConsoleProgress(PrintStream out, boolean terminal, InstantSource clock, Instant start) {
    this.out = out;
    this.terminal = terminal;
    this.clock = clock;
    this.start = start;
    lastLine = clock.instant();
  }

  @Override
  public synchronized void step(String what) {
    endOverwriting();
    out.println(stamped(what));
    lastLine = clock.instant();
    last = what;
  }

  @Override
  public synchronized void at(String howFar) {
    last = howFar;
    if (terminal) {
      overwrite(howFar);
    } else if (hasBeenQuietFor(QUIET)) {
      print(howFar);
    }
  }

  /** To be called every second: a step of minutes is seen to go on. */
  synchronized void beat() {
    if (last.isEmpty()) {
      return;
    }
    if (overwritten) {
      overwrite(last);
    } else if (hasBeenQuietFor(SILENCE)) {
      if (terminal) {
        overwrite(last);
      } else {
        print("still: " + last);
      }
    }
  }

  /** Nothing is under way any more. */
  synchronized void end() {
    endOverwriting();
    last = "";
  }

  /** Since the start, for a sentence. */
  String elapsed() {
    Duration elapsed = Duration.between(start, clock.instant());
    return elapsed.toMinutes() == 0
        ? elapsed.toSeconds() + " s"
        : elapsed.toMinutes() + " min " + elapsed.toSecondsPart() + " s";
  }

  private boolean hasBeenQuietFor(Duration time) {
    return Duration.between(lastLine, clock.instant()).compareTo(time) >= 0;
  }

  private void print(String howFar) {
    out.println(stamped("  " + howFar));
    lastLine = clock.instant();
  }

  private void overwrite(String howFar) {
    // Erase to the end of the line: the text before may have been longer.
    out.print("\r" + stamped("  " + howFar) + "\u001b[K");
    out.flush();
    overwritten = true;
  }

  /** Ends a line that is being overwritten, before anything else is printed. */
  private void endOverwriting() {
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
