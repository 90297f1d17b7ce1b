package zaguan.stack;

import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Says what is wrong with a command line, and what there is instead. The positions that picocli
 * counts are none of the user's: the script ./stack puts arguments before theirs.
 */
final class Mistakes implements IParameterExceptionHandler {

  @Override
  public int handleParseException(ParameterException mistake, String[] arguments) {
    CommandLine command = mistake.getCommandLine();
    PrintWriter err = command.getErr();
    err.println("stack: " + sentence(mistake, command));
    if (command.getParent() == null) {
      commands(command, err);
    } else {
      command.usage(err);
    }
    return CommandLine.ExitCode.USAGE;
  }

  private static String sentence(ParameterException mistake, CommandLine command) {
    return switch (mistake) {
      case UnmatchedArgumentException unmatched -> unmatched(unmatched, command);
      case MissingParameterException missing -> missing(missing, command);
      default -> String.valueOf(mistake.getMessage());
    };
  }

  private static String unmatched(UnmatchedArgumentException unmatched, CommandLine command) {
    String word = unmatched.getUnmatched().getFirst();
    boolean top = command.getParent() == null;
    String name = top ? "./stack" : "./stack " + command.getCommandName();
    // Picocli finds something alike in whatever is written.
    List<String> alike =
        unmatched.getSuggestions().stream()
            .filter(each -> initial(each).equals(initial(word)))
            .toList();
    return (word.startsWith("-")
            ? name + " has no option " + word
            : top ? "there is no command " + word : name + " takes no such argument: " + word)
        + "."
        + (alike.isEmpty() ? "" : " Did you mean " + String.join(", or ", alike) + "?");
  }

  private static String initial(String word) {
    return word.replaceFirst("^-*(.?).*", "$1");
  }

  private static String missing(MissingParameterException missing, CommandLine command) {
    ArgSpec what = missing.getMissing().getFirst();
    String name = "./stack " + command.getCommandName();
    return what instanceof OptionSpec option
        ? option.longestName() + " needs a value: " + option.paramLabel()
        : name + " needs " + what.paramLabel() + ": " + String.join(" ", what.description());
  }

  /** A line for each. */
  static void commands(CommandLine stack, PrintWriter out) {
    out.println("The commands of ./stack:");
    out.print(stack.getHelp().commandList());
    out.println("The options of a command: ./stack COMMAND --help");
    out.flush();
  }
}
