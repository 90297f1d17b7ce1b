package zaguan.benchmarks;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;

/**
 * A program that calls the greeters when it is told to: {@code PeerCaller} of stock-micronaut.
 *
 * @param name as in the table
 */
record Caller(String name, Process process, BufferedWriter orders, BufferedReader results) {

  private static final String RESULT = "failed: ";

  static Caller of(String name, Process process) {
    return new Caller(name, process, process.outputWriter(), process.inputReader());
  }

  /** Throws unless each call is answered. */
  void call(int calls) throws IOException {
    orders.write(calls + "\n");
    orders.flush();
    StringBuilder log = new StringBuilder();
    String line;
    while ((line = results.readLine()) != null) {
      if (line.equals(RESULT + 0)) {
        return;
      }
      log.append(line).append('\n');
      if (line.startsWith(RESULT)) {
        break;
      }
    }
    throw new IOException("calls " + name + ", of " + calls + " calls:\n" + log);
  }

  Account account() {
    return new Account(process.toHandle());
  }
}
