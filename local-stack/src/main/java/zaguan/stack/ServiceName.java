package zaguan.stack;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.lang.model.SourceVersion;

/**
 * The name of a service, in Consul, in DNS, at the gateway, in Nomad and in Java.
 *
 * @param text such as order-items
 */
record ServiceName(String text) {

  private static final Pattern RULE = Pattern.compile("[a-z]([a-z0-9-]{0,61}[a-z0-9])?");

  /** Names of the platform's own services in Consul, and of the other services in a training. */
  private static final Set<String> TAKEN =
      Set.of("consul", "nomad", "nomad-client", "haproxy", "api-gateway", "training", "zaguan");

  /**
   * @throws StackFailure if no service can have that name
   */
  ServiceName {
    if (!RULE.matcher(text).matches()) {
      throw new StackFailure(
          "\""
              + text
              + "\" cannot be the name of a service: Consul and DNS know it by that name, so it has"
              + " 1 to 63 lower-case letters, digits and hyphens, begins with a letter, and does"
              + " not end with a hyphen. Choose another name, such as orders");
    }
    if (TAKEN.contains(text)) {
      throw new StackFailure(
          "\"" + text + "\" is a name of the platform. Choose another name, such as orders");
    }
    String word = text.replace("-", "");
    if (SourceVersion.isKeyword(word) || word.equals("java")) {
      throw new StackFailure(
          "\""
              + text
              + "\" cannot be the name of a service: its Java package would be "
              + word
              + ", which is a word of Java. Choose another name, such as "
              + text
              + "-service");
    }
  }

  /** As a Java package: orderitems. */
  String inPackage() {
    return text.replace("-", "");
  }

  /** As the beginning of a class: OrderItems. */
  String inClass() {
    return Arrays.stream(text.split("-", -1))
        .filter(word -> !word.isEmpty())
        .map(word -> word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1))
        .collect(Collectors.joining());
  }

  /** As the beginning of a variable of the job: order_items. */
  String inVariable() {
    return text.replace('-', '_');
  }

  /** As the beginning of a variable of the environment: ORDER_ITEMS. */
  String inEnvironment() {
    return inVariable().toUpperCase(Locale.ROOT);
  }
}
