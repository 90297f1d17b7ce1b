package zaguan.gateway.scaling;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import zaguan.gateway.nomad.NomadJob;

/**
 * Fills in {@code ${…}} in a {@code service} block as Nomad does when it registers the service (<a
 * href="https://developer.hashicorp.com/nomad/docs/reference/runtime-variable-interpolation">runtime
 * variables</a>), as far as it is known before an allocation is placed: names, meta and the task's
 * own {@code env}, but nothing of the node, the allocation or its ports.
 */
final class Interpolation {

  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Za-z0-9_.-]+)}");

  private final Map<String, String> values;

  private Interpolation(Map<String, String> values) {
    this.values = values;
  }

  /**
   * @param task null for a service of the group itself
   */
  static Interpolation of(NomadJob job, NomadJob.Group group, NomadJob.@Nullable Task task) {
    Map<String, String> values = new HashMap<>();
    put(values, "NOMAD_JOB_ID", job.id());
    put(values, "NOMAD_JOB_NAME", job.name());
    put(values, "NOMAD_GROUP_NAME", group.name());
    put(values, "NOMAD_NAMESPACE", job.namespace());
    put(values, "NOMAD_REGION", job.region());
    put(values, "node.region", job.region());
    if (task != null) {
      put(values, "NOMAD_TASK_NAME", task.name());
    }
    Interpolation names = new Interpolation(Map.copyOf(values));
    // The task's meta goes before the group's, the group's before the job's.
    names.putMeta(values, job.meta());
    names.putMeta(values, group.meta());
    if (task != null) {
      names.putMeta(values, task.meta());
      Interpolation all = new Interpolation(Map.copyOf(values));
      if (task.env() != null) {
        task.env().forEach((key, value) -> values.put(key, all.fill(value)));
      }
    }
    return new Interpolation(values);
  }

  /** The text; what is not known stays as it is. */
  String fill(String text) {
    return VARIABLE
        .matcher(text)
        .replaceAll(
            found -> Matcher.quoteReplacement(values.getOrDefault(found.group(1), found.group())));
  }

  /** Those texts in which all is known. */
  List<String> fill(@Nullable List<String> texts) {
    return NomadJob.orEmpty(texts).stream().map(this::fill).filter(Interpolation::isKnown).toList();
  }

  /** Those entries in which all is known. */
  Map<String, String> fill(@Nullable Map<String, String> entries) {
    return entries == null
        ? Map.of()
        : entries.entrySet().stream()
            .map(entry -> Map.entry(fill(entry.getKey()), fill(entry.getValue())))
            .filter(entry -> isKnown(entry.getKey()) && isKnown(entry.getValue()))
            .collect(
                Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue, (a, b) -> b));
  }

  private static boolean isKnown(String filled) {
    return !filled.contains("${");
  }

  private static void put(Map<String, String> values, String key, @Nullable String value) {
    if (value != null && !value.isEmpty()) {
      values.put(key, value);
    }
  }

  private void putMeta(Map<String, String> values, @Nullable Map<String, String> meta) {
    if (meta != null) {
      meta.forEach(
          (key, value) -> {
            String filled = fill(value);
            values.put(metaKey(key.toUpperCase(Locale.ROOT)), filled);
            values.put(metaKey(key), filled);
          });
    }
  }

  private static String metaKey(String key) {
    return "NOMAD_META_" + key.replaceAll("[^A-Za-z0-9_]", "_");
  }
}
