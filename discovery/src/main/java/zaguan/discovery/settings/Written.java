package zaguan.discovery.settings;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the values that Micronaut does not read: those in a service's meta, and bounds. */
final class Written {

  private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h)");
  private static final Pattern SIZE = Pattern.compile("(\\d{1,9})(KB|MB|GB|)");

  private Written() {}

  /**
   * @param type that of a setting
   * @throws IllegalArgumentException saying how it must be written
   * @throws ArithmeticException if it is beyond an {@code int}
   */
  static Object value(Class<?> type, String text) {
    if (type == Duration.class) {
      return duration(text);
    }
    if (type == boolean.class) {
      return isOn(text);
    }
    if (type == int.class) {
      return Math.toIntExact(size(text));
    }
    if (type == long.class) {
      return size(text);
    }
    throw new IllegalArgumentException("a " + type.getSimpleName() + " cannot be written here");
  }

  static Duration duration(String text) {
    if (text.equals("0")) {
      return Duration.ZERO;
    }
    Matcher matcher = DURATION.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("it must be like 500ms, 15s, 2m or 1h, or 0");
    }
    long number = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "ms" -> Duration.ofMillis(number);
      case "s" -> Duration.ofSeconds(number);
      case "m" -> Duration.ofMinutes(number);
      default -> Duration.ofHours(number);
    };
  }

  static long size(String text) {
    Matcher matcher = SIZE.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("it must be a number, or like 64KB, 10MB or 1GB");
    }
    long number = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "KB" -> number << 10;
      case "MB" -> number << 20;
      case "GB" -> number << 30;
      default -> number;
    };
  }

  private static boolean isOn(String text) {
    return switch (text) {
      case "on", "true" -> true;
      case "off", "false" -> false;
      default -> throw new IllegalArgumentException("it must be on or off");
    };
  }
}
