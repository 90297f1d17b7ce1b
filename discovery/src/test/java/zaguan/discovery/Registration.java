package zaguan.discovery;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a test registers: a healthy, public instance, unless it says otherwise.
 *
 * @param address empty for the node's
 * @param kind empty for a typical service
 * @param status of its check: passing, warning or critical
 */
public record Registration(
    String id,
    String name,
    int port,
    String address,
    List<String> tags,
    Map<String, String> meta,
    int passing,
    int warning,
    String kind,
    String status) {

  public static Registration of(String id, String name, int port) {
    return new Registration(
        id, name, port, "127.0.0.1", List.of("public"), Map.of(), 1, 1, "", "passing");
  }

  public Registration at(String other) {
    return new Registration(id, name, port, other, tags, meta, passing, warning, kind, status);
  }

  public Registration tagged(String... others) {
    return new Registration(
        id, name, port, address, List.of(others), meta, passing, warning, kind, status);
  }

  public Registration says(Map<String, String> other) {
    return new Registration(id, name, port, address, tags, other, passing, warning, kind, status);
  }

  public Registration weighs(int whilePassing, int whileWarning) {
    return new Registration(
        id, name, port, address, tags, meta, whilePassing, whileWarning, kind, status);
  }

  public Registration as(String other) {
    return new Registration(id, name, port, address, tags, meta, passing, warning, other, status);
  }

  public Registration is(String other) {
    return new Registration(id, name, port, address, tags, meta, passing, warning, kind, other);
  }

  public String tagsAsJson() {
    return tags.stream().map(Registration::quoted).collect(Collectors.joining(", ", "[", "]"));
  }

  public String metaAsJson() {
    return meta.entrySet().stream()
        .map(each -> quoted(each.getKey()) + ": " + quoted(each.getValue()))
        .collect(Collectors.joining(", ", "{", "}"));
  }

  public static String quoted(String text) {
    StringBuilder json = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char each = text.charAt(i);
      if (each < ' ' || each > '~' || each == '"' || each == '\\') {
        json.append(String.format("\\u%04x", (int) each));
      } else {
        json.append(each);
      }
    }
    return json.append('"').toString();
  }
}
