package zaguan.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** What the documentation names is there. */
class DocsTest {

  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  private static final Pattern STACK = Pattern.compile("\\./stack((?: [-\\w./]+)+)");
  private static final Pattern LINK = Pattern.compile("]\\(([^)\\s#]*)(?:#([^)\\s]+))?\\)");
  private static final Pattern PATH =
      Pattern.compile("(?<![-\\w./])(?:\\./)?(\\.?\\w[-\\w.]*/[-\\w./]*)");
  private static final Pattern PORT =
      Pattern.compile("(?:127\\.0\\.0\\.1:|localhost:|-p |port )(\\d{2,5})");
  private static final Pattern JOB_FILE = Pattern.compile("nomad/[-\\w/]+\\.nomad\\.hcl");
  private static final Pattern JOB_VARIABLE = Pattern.compile("-var[ =](\\w+)=");

  /** By a build, a stack, or a reader, whose own service is called orders. */
  private static final Pattern MADE = Pattern.compile("(^|/)(target|\\.stack)(/|$)|orders|NAME");

  private static final Ports PORTS = Ports.standard();

  @ParameterizedTest
  @MethodSource("files")
  void aCommandOfTheStackIsOneThatItKnows(Path file) throws Exception {
    assertThat(found(STACK, file).map(each -> each.group(1).strip()))
        .as("%s", file)
        .allMatch(DocsTest::isKnown);
  }

  @ParameterizedTest
  @MethodSource("files")
  void aLinkLeadsToAFileOrToAHeading(Path file) throws Exception {
    List<String> dead = new ArrayList<>();
    for (MatchResult link : found(LINK, file).toList()) {
      Path target = link.group(1).isEmpty() ? file : file.resolveSibling(link.group(1));
      boolean elsewhere = link.group(1).contains(":");
      if (!elsewhere
          && (!Files.exists(target)
              || (link.group(2) != null && !headings(target).contains(link.group(2))))) {
        dead.add(link.group());
      }
    }
    assertThat(dead).as("%s", file).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("files")
  void aPathIsThatOfAFile(Path file) throws Exception {
    assertThat(found(PATH, file).map(each -> each.group(1).replaceFirst("\\.$", "")))
        .as("%s", file)
        .filteredOn(path -> isOfTheCheckout(path) && !MADE.matcher(path).find())
        .allMatch(path -> Files.exists(ROOT.resolve(path)));
  }

  @ParameterizedTest
  @MethodSource("files")
  void aPortIsOneThatTheStackListensOnOrAGatewayOutsideNomad(Path file) throws Exception {
    int outside = gatewayOutsideNomad();
    assertThat(found(PORT, file).map(each -> Integer.valueOf(each.group(1))))
        .as("%s", file)
        .allMatch(port -> PORTS.named().containsValue(port) || port == outside);
  }

  @ParameterizedTest
  @MethodSource("files")
  void aVariableOfAJobIsOneOfItsFile(Path file) throws Exception {
    for (String line : Files.readAllLines(file)) {
      MatchResult job = JOB_FILE.matcher(line).results().findFirst().orElse(null);
      if (job != null && Files.exists(ROOT.resolve(job.group()))) {
        String declared = Files.readString(ROOT.resolve(job.group()));
        assertThat(JOB_VARIABLE.matcher(line).results().map(each -> each.group(1)))
            .as("%s", file)
            .allMatch(name -> declared.contains("variable \"" + name + "\""));
      }
    }
  }

  @Test
  void thePortsThatAUserOpensAreNamed() throws Exception {
    StringBuilder all = new StringBuilder();
    for (Path file : files()) {
      all.append(Files.readString(file));
    }
    assertThat(
            Stream.of(
                PORTS.frontDoor(),
                PORTS.statistics(),
                PORTS.consulHttp(),
                PORTS.consulDns(),
                PORTS.nomadHttp()))
        .allMatch(port -> Pattern.compile("\\b" + port + "\\b").matcher(all).find());
  }

  @Test
  void theFrontDoorsFilesSayTheStandardPorts() throws Exception {
    assertThat(ROOT.resolve("haproxy/haproxy.cfg"))
        .content()
        .contains(
            "presetenv FRONT_DOOR_ADDR 127.0.0.1:" + PORTS.frontDoor() + "\n",
            "presetenv STATISTICS_ADDR 127.0.0.1:" + PORTS.statistics() + "\n",
            "presetenv CONSUL_DNS_ADDR 127.0.0.1:" + PORTS.consulDns() + "\n");
    assertThat(Files.readString(ROOT.resolve("nomad/haproxy.nomad.hcl")))
        .containsPattern("(?s)\"front_door_port\" \\{[^}]*default +?= " + PORTS.frontDoor() + "\n")
        .containsPattern(
            "(?s)\"statistics_port\" \\{[^}]*default +?= " + PORTS.statistics() + "\n");
  }

  static List<Path> files() throws IOException {
    List<Path> files = new ArrayList<>();
    for (Path folder : List.of(ROOT, ROOT.resolve("docs"))) {
      if (Files.isDirectory(folder)) {
        try (Stream<Path> all = Files.list(folder)) {
          all.filter(file -> file.toString().endsWith(".md")).sorted().forEach(files::add);
        }
      }
    }
    return files;
  }

  private static Stream<MatchResult> found(Pattern pattern, Path file) throws IOException {
    return pattern.matcher(Files.readString(file)).results();
  }

  /** Of {@code up --greeters 5}: the command, and each option. */
  private static boolean isKnown(String words) {
    CommandLine stack = new Main().commandLine();
    List<String> all = List.of(words.split(" ", -1));
    CommandLine command =
        all.getFirst().startsWith("-") ? stack : stack.getSubcommands().get(all.getFirst());
    return command != null
        && all.stream()
            .filter(word -> word.startsWith("-"))
            .allMatch(option -> command.getCommandSpec().findOption(option) != null);
  }

  /** Names of folders change too, so a file of ours is known by its end as well. */
  private static boolean isOfTheCheckout(String path) {
    return Files.isDirectory(ROOT.resolve(path.substring(0, path.indexOf('/'))))
        || path.matches(".*\\.(md|hcl|cfg)");
  }

  /** As GitHub names them in links. */
  private static List<String> headings(Path file) throws IOException {
    return Files.readAllLines(file).stream()
        .filter(line -> line.matches("#+ .*"))
        .map(line -> line.replaceFirst("#+ ", "").toLowerCase(Locale.ROOT))
        .map(title -> title.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
        .toList();
  }

  private static int gatewayOutsideNomad() throws IOException {
    Path settings = ROOT.resolve("api-gateway/src/main/resources/application.properties");
    return Integer.parseInt(
        Files.readString(settings).replaceAll("(?s).*\\$\\{GATEWAY_PORT:(\\d+)}.*", "$1"));
  }
}
