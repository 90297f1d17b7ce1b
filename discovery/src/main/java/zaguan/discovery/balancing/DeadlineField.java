package zaguan.discovery.balancing;

import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The field by which a request says how long its sender still waits for the response to begin:
 * milliseconds, a decimal number. Whoever takes the request waits no longer for anybody else, since
 * nobody would read the response. A duration and not a time of day, since clocks of machines
 * differ.
 */
public final class DeadlineField {

  /** Its name. */
  public static final String NAME = "X-Deadline-Ms";

  /** Digits of the longest deadline that is believed, some eleven days. */
  private static final int MOST_DIGITS = 9;

  private DeadlineField() {}

  /**
   * The milliseconds that a value says; 0 if the time is over.
   *
   * @param value null if the request has no such field
   * @return empty if the request says no deadline, or none that can be read: one to nine digits
   */
  public static OptionalLong read(@Nullable String value) {
    if (value == null || value.isEmpty() || value.length() > MOST_DIGITS) {
      return OptionalLong.empty();
    }
    long millis = 0;
    for (int i = 0; i < value.length(); i++) {
      int digit = value.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return OptionalLong.empty();
      }
      millis = 10 * millis + digit;
    }
    return OptionalLong.of(millis);
  }

  /**
   * The value for a request that is sent on now: whole milliseconds, rounded down, so that the
   * receiver gives up first; at least 1, since 0 says that the time is over.
   *
   * @param nanos that are left
   */
  public static String written(long nanos) {
    return Long.toString(Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos)));
  }
}
