package zaguan.gateway.settings;

import io.micronaut.context.annotation.ConfigurationProperties;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The settings that a record declares, each by one component: its name is the key, {@code Bindable}
 * has the default, {@link Within} the bounds. Any thread.
 */
public final class Declared<R extends Record> {

  private final String prefix;
  private final List<Setting> settings;
  private final Constructor<R> constructor;

  private Declared(String prefix, List<Setting> settings, Constructor<R> constructor) {
    this.prefix = prefix;
    this.settings = settings;
    this.constructor = constructor;
  }

  /**
   * @param type a record of {@link ConfigurationProperties}
   */
  public static <R extends Record> Declared<R> by(Class<R> type) {
    RecordComponent[] components = type.getRecordComponents();
    try {
      return new Declared<>(
          type.getAnnotation(ConfigurationProperties.class).value() + ".",
          Arrays.stream(components).map(Setting::of).toList(),
          type.getDeclaredConstructor(
              Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new)));
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Without the prefix, in the order of the components. */
  public List<String> keys() {
    return settings.stream().map(Setting::key).toList();
  }

  /**
   * Refuses values out of their bounds.
   *
   * @param values of all components, as their constructor got them
   * @throws IllegalArgumentException naming the property, the value and the bounds
   */
  public void require(@Nullable Object... values) {
    if (values.length != settings.size()) {
      throw new IllegalStateException("not all settings are looked at");
    }
    for (int i = 0; i < values.length; i++) {
      settings.get(i).require(prefix, values[i]);
    }
  }

  /**
   * The same with another value.
   *
   * @param key without the prefix
   * @throws IllegalArgumentException if the text is no value of that setting, saying why
   * @throws ArithmeticException likewise
   */
  public R with(R before, String key, String text) {
    Object[] values = new Object[settings.size()];
    try {
      for (int i = 0; i < values.length; i++) {
        RecordComponent component = settings.get(i).component();
        values[i] =
            settings.get(i).key().equals(key)
                ? Written.value(component.getType(), text)
                : component.getAccessor().invoke(before);
      }
      return constructor.newInstance(values);
    } catch (InvocationTargetException e) {
      throw e.getCause() instanceof IllegalArgumentException refused
          ? refused
          : new IllegalStateException(e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }
}
