package zaguan.discovery.settings;

import io.micronaut.core.annotation.AnnotationValue;
import io.micronaut.core.naming.NameUtils;
import io.micronaut.core.type.Argument;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One component of a record of settings.
 *
 * @param key without the prefix of the record
 * @param bounds {@link Within}; null for none
 */
record Setting(Argument<?> component, String key, @Nullable AnnotationValue<Within> bounds) {

  static Setting of(Argument<?> component) {
    return new Setting(
        component,
        NameUtils.hyphenate(component.getName()),
        component.getAnnotationMetadata().getAnnotation(Within.class));
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
    String least = bounds.getRequiredValue("least", String.class);
    String most = bounds.stringValue("most").orElse("");
    boolean orZero = bounds.booleanValue("orZero").orElse(false);
    switch (Objects.requireNonNull(value, key)) {
      case Duration duration ->
          require(prefix, duration, Written.duration(least), Written.duration(most), orZero);
      case Number number -> require(prefix, number.longValue(), least, most);
      default -> throw new IllegalStateException(key + " can have no bounds");
    }
  }

  private void require(
      String prefix, Duration value, Duration least, Duration most, boolean orZero) {
    boolean isInside = value.compareTo(least) >= 0 && value.compareTo(most) <= 0;
    if (!isInside && !(orZero && value.isZero())) {
      throw new IllegalArgumentException(
          prefix + key + " is " + value + ", but must be from " + least + " to " + most);
    }
  }

  private void require(String prefix, long value, String least, String most) {
    boolean isBounded = !most.isEmpty();
    if (value < Written.size(least) || (isBounded && value > Written.size(most))) {
      throw new IllegalArgumentException(
          prefix
              + key
              + " is "
              + value
              + (isBounded
                  ? ", but must be from " + least + " to " + most
                  : ", but must not be < " + least));
    }
  }
}
