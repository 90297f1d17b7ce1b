package zaguan.packaging;

import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/**
 * Prints a failure as Maven prints its errors: what shows the errors of a build, such as {@code
 * ./stack up}, then shows these too.
 */
final class BuildErrors implements IExecutionExceptionHandler {

  private static final int FAILED = 1;

  @Override
  public int handleExecutionException(Exception e, CommandLine commandLine, ParseResult parsed)
      throws Exception {
    if (!(e instanceof PackagingFailure || e instanceof TrainingFailure)) {
      throw e;
    }
    String.valueOf(e.getMessage())
        .lines()
        .forEach(line -> commandLine.getErr().println("[ERROR] " + line));
    return FAILED;
  }
}
