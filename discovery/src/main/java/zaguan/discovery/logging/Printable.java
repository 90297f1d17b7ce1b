package zaguan.discovery.logging;

/**
 * Makes a text from outside fit for a sentence or a log line: on one line, with characters that
 * cannot be seen written as {@code \}{@code u200b}, and cut where it is long.
 */
public final class Printable {

  private static final int LONGEST_NAME = 100;

  private Printable() {}

  /** A name: up to 100 characters of it. */
  public static String name(String name) {
    return of(name, LONGEST_NAME);
  }

  /**
   * @param most how many characters of the text are shown, 1 or more
   */
  public static String of(String text, int most) {
    StringBuilder shown = new StringBuilder(Math.min(text.length(), most));
    text.chars().limit(most).forEach(each -> append(shown, (char) each));
    return text.length() > most ? shown.append('…').toString() : shown.toString();
  }

  private static void append(StringBuilder shown, char each) {
    if (isVisible(each)) {
      shown.append(each);
    } else {
      shown.append(String.format("\\u%04x", (int) each));
    }
  }

  private static boolean isVisible(char each) {
    return switch (Character.getType(each)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.PRIVATE_USE,
          Character.SURROGATE,
          Character.UNASSIGNED ->
          false;
      case Character.SPACE_SEPARATOR -> each == ' ';
      default -> true;
    };
  }
}
