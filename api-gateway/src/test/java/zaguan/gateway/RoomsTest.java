package zaguan.gateway;

import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.Architectures.LayeredArchitecture;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RoomsTest {

  private static final JavaClasses GATEWAY =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("zaguan.gateway");

  @Test
  void arrowsBetweenRoomsGoOneWay() {
    rooms(
            "transport",
            "call",
            "pages",
            "probes",
            "discovery",
            "scaling",
            "routing",
            "balancing",
            "catalog",
            "consul",
            "nomad")
        .layer("http")
        .definedBy("zaguan.gateway.http..")
        .layer("logging")
        .definedBy("zaguan.gateway.logging..")
        .layer("settings")
        .definedBy("zaguan.gateway.settings..")
        .layer("application")
        .definedBy("zaguan.gateway")
        .whereLayer("application")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("transport")
        .mayOnlyAccessLayers("call", "pages", "balancing", "logging", "settings")
        .whereLayer("call")
        .mayOnlyAccessLayers(
            "pages", "scaling", "routing", "balancing", "catalog", "logging", "settings")
        .whereLayer("pages")
        .mayOnlyAccessLayers("probes", "scaling", "routing", "catalog")
        .whereLayer("probes")
        .mayOnlyAccessLayers("scaling", "http")
        .whereLayer("discovery")
        .mayOnlyAccessLayers("routing", "balancing", "catalog", "http", "settings")
        .whereLayer("scaling")
        .mayOnlyAccessLayers("routing", "balancing", "catalog", "consul", "nomad", "settings")
        .whereLayer("routing")
        .mayOnlyAccessLayers("balancing", "catalog", "logging", "settings")
        .whereLayer("balancing")
        .mayOnlyAccessLayers("catalog", "logging")
        .whereLayer("catalog")
        .mayOnlyAccessLayers("consul", "logging", "settings")
        .whereLayer("consul")
        .mayOnlyAccessLayers("http", "logging", "settings")
        .whereLayer("nomad")
        .mayOnlyAccessLayers("http", "settings")
        .whereLayer("http")
        .mayNotAccessAnyLayer()
        .whereLayer("logging")
        .mayNotAccessAnyLayer()
        .whereLayer("settings")
        .mayNotAccessAnyLayer()
        .check(GATEWAY);
  }

  @Test
  void timeAndChanceComeFromOneFile() {
    noClasses()
        .that()
        .haveSimpleNameNotStartingWith("OfTheMachine")
        .should()
        .accessTargetWhere(
            target(owner(equivalentTo(System.class)))
                .and(target(nameMatching("nanoTime|currentTimeMillis"))))
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(ThreadLocalRandom.class)
        .check(GATEWAY);
  }

  @Test
  void onlyTheRoomsThatAskKnowHttpClients() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "zaguan.gateway.catalog..",
            "zaguan.gateway.routing..",
            "zaguan.gateway.balancing..",
            "zaguan.gateway.scaling..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.net.http..", "io.micronaut.http..", "zaguan.gateway.http..")
        .check(GATEWAY);
  }

  @Test
  void whatIsBelowTheBytesKnowsNone() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "zaguan.gateway.catalog..",
            "zaguan.gateway.routing..",
            "zaguan.gateway.balancing..",
            "zaguan.gateway.scaling..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.netty..")
        .check(GATEWAY);
  }

  @Test
  void callsKnowMessagesAndNoConnections() {
    noClasses()
        .that()
        .resideInAPackage("zaguan.gateway.call..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.netty.channel..", "zaguan.gateway.transport..")
        .check(GATEWAY);
  }

  /** Between files: classes of one file may know each other. */
  @Test
  void arrowsWithinARoomGoOneWay() {
    slices().assignedFrom(new ByFile()).should().beFreeOfCycles().check(GATEWAY);
  }

  @Test
  void noFileIsLongerThanTwoScreensCanShow() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of(".."))) {
      assertThat(files.filter(RoomsTest::isMainSource)).noneMatch(RoomsTest::isLong);
    }
  }

  private static boolean isMainSource(Path file) {
    return file.toString().endsWith(".java") && file.toString().contains("/src/main/");
  }

  private static boolean isLong(Path file) {
    try (Stream<String> lines = Files.lines(file)) {
      return lines.count() > 300;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final class ByFile implements SliceAssignment {

    @Override
    public SliceIdentifier getIdentifierOf(JavaClass each) {
      String name = each.getName();
      int nested = name.indexOf('$', name.lastIndexOf('.') + 2);
      return SliceIdentifier.of(nested < 0 ? name : name.substring(0, nested));
    }

    @Override
    public String getDescription() {
      return "files";
    }
  }

  private static LayeredArchitecture rooms(String... names) {
    LayeredArchitecture rooms =
        layeredArchitecture().consideringOnlyDependenciesInAnyPackage("zaguan.gateway..");
    for (String each : names) {
      rooms = rooms.layer(each).definedBy("zaguan.gateway." + each + "..");
    }
    return rooms;
  }
}
