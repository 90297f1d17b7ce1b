package zaguan.discovery;

import io.micronaut.context.ApplicationContextBuilder;
import io.micronaut.context.ApplicationContextConfigurer;
import io.micronaut.context.annotation.ContextConfigurer;
import io.micronaut.context.env.PropertySource;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;

/**
 * Gives each service that has this module the properties that the module needs, below all that the
 * service says itself. Found by Micronaut as a service of Java.
 */
@ContextConfigurer
public final class Defaults implements ApplicationContextConfigurer {

  /** Below the variables of the environment and below every file of the service's. */
  private static final int BELOW_ALL = Integer.MIN_VALUE;

  private static final String FILE = "defaults.properties";

  /** Called by Micronaut before it reads any configuration. */
  @Override
  public void configure(ApplicationContextBuilder builder) {
    builder.propertySources(PropertySource.of("discovery", properties(), BELOW_ALL));
  }

  private static Map<String, Object> properties() {
    Properties read = new Properties();
    try (InputStream file = Objects.requireNonNull(Defaults.class.getResourceAsStream(FILE))) {
      read.load(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Map<String, Object> properties = new HashMap<>();
    read.forEach((name, value) -> properties.put(name.toString(), value));
    return properties;
  }
}
