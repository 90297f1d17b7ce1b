package zaguan.gateway.settings;

import io.micronaut.core.naming.NameUtils;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One component of a record of settings.
 *
 * @param key without the prefix of the record
 * @param bounds null for none
 */
record Setting(RecordComponent component, String key, @Nullable Within bounds) {

  static Setting of(RecordComponent component) {
    return new Setting(
        component, NameUtils.hyphenate(component.getName()), component.getAnnotation(Within.class));
  }

  /**
   * Refuses a value out of its bounds.
   *
   * @throws IllegalArgumentException naming the property, the value and the bounds
   */
  void require(String prefix, @Nullable Object value) {
    if (bounds == null) {
      return;
    }
    switch (Objects.requireNonNull(value, key)) {
      case Duration duration -> requireDuration(prefix, duration, bounds);
      case Number number -> requireNumber(prefix, number.longValue(), bounds);
      default -> throw new IllegalStateException(key + " can have no bounds");
    }
  }

  private void requireDuration(String prefix, Duration value, Within within) {
    Duration least = Written.duration(within.least());
    Duration most = Written.duration(within.most());
    boolean isInside = value.compareTo(least) >= 0 && value.compareTo(most) <= 0;
    if (!isInside && !(within.orZero() && value.isZero())) {
      throw new IllegalArgumentException(
          prefix + key + " is " + value + ", but must be from " + least + " to " + most);
    }
  }

  private void requireNumber(String prefix, long value, Within within) {
    boolean isBounded = !within.most().isEmpty();
    if (value < Written.size(within.least())
        || (isBounded && value > Written.size(within.most()))) {
      throw new IllegalArgumentException(
          prefix
              + key
              + " is "
              + value
              + (isBounded
                  ? ", but must be from " + within.least() + " to " + within.most()
                  : ", but must not be < " + within.least()));
    }
  }
}
