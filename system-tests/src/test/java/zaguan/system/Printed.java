package zaguan.system;

import java.io.PrintStream;
import zaguan.stack.Progress;

/** Each step a line. */
record Printed(PrintStream out) implements Progress {

  static Progress to(PrintStream out) {
    return new Printed(out);
  }

  @Override
  public void step(String what) {
    out.println("  stack: " + what);
  }

  @Override
  public void at(String howFar) {}
}
