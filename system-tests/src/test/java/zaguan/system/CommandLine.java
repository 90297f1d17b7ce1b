package zaguan.system;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import zaguan.stack.Checkout;
import zaguan.stack.Stack;

/** A program as a user has it in the checkout, after {@code eval "$(./stack env)"}. */
record CommandLine(String program, Checkout checkout, Stack stack) {

  /**
   * Waits for its end.
   *
   * @return what it prints
   */
  String run(String... arguments) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(List.of("/bin/sh", "-c", "exec " + program + " \"$@\"", program));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(checkout.root().toFile())
            .redirectErrorStream(true)
            .redirectInput(Path.of("/dev/null").toFile());
    builder.environment().putAll(stack.environment());
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int exit = process.waitFor();
    if (exit != 0) {
      throw new IOException(
          program + " " + String.join(" ", arguments) + ": " + exit + "\n" + output);
    }
    return output;
  }
}
