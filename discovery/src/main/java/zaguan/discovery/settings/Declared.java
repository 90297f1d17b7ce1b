package zaguan.discovery.settings;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.beans.BeanIntrospection;
import io.micronaut.core.type.Argument;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The settings that a record declares, each by one component: its name is the key, {@code Bindable}
 * has the default, {@link Within} the bounds. Any thread.
 *
 * <p>It uses Micronaut's introspection, which is made when the gateway is built: reading
 * annotations by reflection would slow down its start.
 */
public final class Declared<R extends Record> {

  private final String prefix;
  private final List<Setting> settings;
  private final BeanIntrospection<R> introspection;

  private Declared(String prefix, List<Setting> settings, BeanIntrospection<R> introspection) {
    this.prefix = prefix;
    this.settings = settings;
    this.introspection = introspection;
  }

  /**
   * @param type a record of {@link ConfigurationProperties} that is introspected
   */
  public static <R extends Record> Declared<R> by(Class<R> type) {
    BeanIntrospection<R> introspection = BeanIntrospection.getIntrospection(type);
    Argument<?>[] components = introspection.getConstructorArguments();
    return new Declared<>(
        introspection.stringValue(ConfigurationProperties.class).orElseThrow() + ".",
        Arrays.stream(components).map(Setting::of).toList(),
        introspection);
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
    @Nullable Object[] values = new @Nullable Object[settings.size()];
    for (int i = 0; i < values.length; i++) {
      Argument<?> component = settings.get(i).component();
      values[i] =
          settings.get(i).key().equals(key)
              ? Written.value(component.getType(), text)
              : introspection.getProperty(component.getName()).orElseThrow().get(before);
    }
    return introspection.instantiate(values);
  }
}
