package zaguan.gateway.settings;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.micronaut.context.ApplicationContext;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import io.micronaut.core.naming.NameUtils;
import java.io.IOException;
import java.io.Reader;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import zaguan.discovery.settings.Declared;
import zaguan.gateway.routing.ServiceSettings;

/** The tables of settings, for people, beside the records that declare them. */
class SettingsTableTest {

  private static final List<Path> MAPPINGS =
      List.of(
          Path.of("src/main/resources/application.properties"),
          Path.of("../discovery/src/main/resources/zaguan/discovery/defaults.properties"));

  private static final Path PAGE = Path.of("..", "docs", "settings.md");

  /** A property, and its default: in one pair of marks, or none. */
  private static final Pattern ROW =
      Pattern.compile("\\| `((?:gateway|discovery)\\.[^`]+)` \\| (?:`([^`]*)`|none) \\|.*");

  /** A variable of the environment, and what holds without it. */
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{(\\w+):(.*)}");

  @Test
  void everySettingHasARowWithItsDefaultAndNothingElseHas() throws Exception {
    Map<String, String> rows = new TreeMap<>();
    tables().forEach(rows::putAll);
    assertThat(rows).isEqualTo(new TreeMap<>(defaults()));
  }

  @Test
  void theSettingsOfEachServiceAreATableOfTheirOwn() throws Exception {
    List<String> ofServices =
        Declared.by(ServiceSettings.class).keys().stream().map(key -> "gateway." + key).toList();
    assertThat(tables())
        .extracting(Map::keySet)
        .anySatisfy(table -> assertThat(table).containsExactlyInAnyOrderElementsOf(ofServices));
  }

  @Test
  void theMetaOfAServiceHasTheSameNames() {
    try (ApplicationContext context = ApplicationContext.run("test")) {
      ServiceSettings defaults = context.getBean(ServiceSettings.class);
      for (String key : Declared.by(ServiceSettings.class).keys()) {
        List<String> problems = new ArrayList<>();
        defaults.with("orders", List.of(Map.of(key, "?")), problems);
        assertThat(problems)
            .singleElement()
            .asString()
            .startsWith("orders: " + key + "=\"?\" is ignored: it must be ");
      }
    }
  }

  @Test
  void aRowNamesTheVariableThatSetsItTooAndTheDefaultIsTheRecords() throws Exception {
    Properties mapped = new Properties();
    for (Path each : MAPPINGS) {
      try (Reader file = Files.newBufferedReader(each)) {
        mapped.load(file);
      }
    }
    String all = Files.readString(PAGE);
    assertThat(defaults().keySet()).anyMatch(mapped::containsKey);
    for (String property : defaults().keySet()) {
      if (mapped.containsKey(property)) {
        Matcher variable = VARIABLE.matcher(mapped.getProperty(property));
        assertThat(variable.matches()).as(property).isTrue();
        assertThat(variable.group(2)).as(property).isEmpty();
        assertThat(all)
            .containsPattern(
                Pattern.quote("| `" + property + "` |") + ".*`" + variable.group(1) + "`");
      }
    }
  }

  private static Map<String, String> defaults() {
    Map<String, String> defaults = new TreeMap<>();
    for (Class<?> settings : records()) {
      for (RecordComponent each : settings.getRecordComponents()) {
        Bindable bindable = each.getAccessor().getAnnotation(Bindable.class);
        defaults.put(
            settings.getAnnotation(ConfigurationProperties.class).value()
                + "."
                + NameUtils.hyphenate(each.getName()),
            bindable == null ? "" : bindable.defaultValue());
      }
    }
    return defaults;
  }

  /** All that are settings of the gateway. */
  private static List<Class<?>> records() {
    List<Class<?>> records = new ArrayList<>();
    for (JavaClass each :
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("zaguan.gateway", "zaguan.discovery")) {
      if (each.isRecord() && each.isAnnotatedWith(ConfigurationProperties.class)) {
        records.add(each.reflect());
      }
    }
    assertThat(records).hasSizeGreaterThanOrEqualTo(4);
    return records;
  }

  /** Properties and defaults, of each table that has some. An empty default is none. */
  private static List<Map<String, String>> tables() throws IOException {
    List<Map<String, String>> tables = new ArrayList<>();
    Map<String, String> table = new TreeMap<>();
    for (String line : Files.readAllLines(PAGE)) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        table.put(row.group(1), orEmpty(row.group(2)));
      } else if (!table.isEmpty()) {
        tables.add(table);
        table = new TreeMap<>();
      }
    }
    if (!table.isEmpty()) {
      tables.add(table);
    }
    return tables;
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
