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
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RoomsTest {

  private static final JavaClasses ALL =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          // Tests of a module that is packaged: where it is not, the option above leaves them out.
          .withImportOption(location -> !location.contains("-tests.jar"))
          .importPackages("zaguan.gateway", "zaguan.discovery");

  @Test
  void arrowsBetweenRoomsGoOneWay() {
    rooms("transport", "call", "pages", "probes", "scaling", "routing", "catalog", "nomad")
        .layer("settings")
        .definedBy("zaguan.gateway.settings..")
        .layer("application")
        .definedBy("zaguan.gateway")
        .whereLayer("application")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("transport")
        .mayOnlyAccessLayers("call", "pages", "balancing", "logging", "settings", "time")
        .whereLayer("call")
        .mayOnlyAccessLayers(
            "pages", "scaling", "routing", "balancing", "instances", "catalog", "logging", "time")
        .whereLayer("pages")
        .mayOnlyAccessLayers("probes", "scaling", "routing", "instances", "catalog")
        .whereLayer("probes")
        .mayOnlyAccessLayers("scaling", "http")
        .whereLayer("scaling")
        .mayOnlyAccessLayers(
            "routing", "balancing", "instances", "catalog", "consul", "nomad", "settings", "time")
        .whereLayer("routing")
        .mayOnlyAccessLayers("balancing", "instances", "catalog", "logging", "time")
        .whereLayer("catalog")
        .mayOnlyAccessLayers("instances", "consul", "logging", "time")
        .whereLayer("nomad")
        .mayOnlyAccessLayers("http", "time")
        .whereLayer("settings")
        .mayOnlyAccessLayers("time")
        .check(ALL);
  }

  /** The rooms that every service has, and the gateway, too. */
  @Test
  void theRoomsOfTheModuleDiscoveryKnowNoneOfTheGateway() {
    rooms()
        .layer("client")
        .definedBy("zaguan.discovery.client..")
        .layer("gateway")
        .definedBy("zaguan.gateway..")
        .whereLayer("client")
        .mayOnlyAccessLayers("balancing", "instances", "consul", "http", "logging", "time")
        .whereLayer("balancing")
        .mayOnlyAccessLayers("instances", "logging")
        .whereLayer("instances")
        .mayOnlyAccessLayers("consul", "logging", "time")
        .whereLayer("consul")
        .mayOnlyAccessLayers("http", "logging", "time")
        .whereLayer("http")
        .mayNotAccessAnyLayer()
        .whereLayer("logging")
        .mayNotAccessAnyLayer()
        .whereLayer("time")
        .mayNotAccessAnyLayer()
        .check(ALL);
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
        .check(ALL);
  }

  @Test
  void onlyTheRoomsThatAskKnowHttpClients() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "zaguan.gateway.catalog..",
            "zaguan.gateway.routing..",
            "zaguan.gateway.scaling..",
            "zaguan.discovery.catalog..",
            "zaguan.discovery.balancing..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.net.http..", "io.micronaut.http..", "zaguan.discovery.http..")
        .check(ALL);
  }

  @Test
  void whatIsBelowTheBytesKnowsNone() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "zaguan.gateway.catalog..",
            "zaguan.gateway.routing..",
            "zaguan.gateway.scaling..",
            "zaguan.discovery.catalog..",
            "zaguan.discovery.balancing..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.netty..")
        .check(ALL);
  }

  @Test
  void callsKnowMessagesAndNoConnections() {
    noClasses()
        .that()
        .resideInAPackage("zaguan.gateway.call..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.netty.channel..", "zaguan.gateway.transport..")
        .check(ALL);
  }

  /** Between files: classes of one file may know each other. */
  @Test
  void arrowsWithinARoomGoOneWay() {
    slices().assignedFrom(new ByFile()).should().beFreeOfCycles().check(ALL);
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
        layeredArchitecture()
            .consideringOnlyDependenciesInAnyPackage("zaguan.gateway..", "zaguan.discovery..")
            .layer("instances")
            .definedBy("zaguan.discovery.catalog..")
            .layer("time")
            .definedBy("zaguan.discovery.settings..");
    for (String each : List.of("balancing", "consul", "http", "logging")) {
      rooms = rooms.layer(each).definedBy("zaguan.discovery." + each + "..");
    }
    for (String each : names) {
      rooms = rooms.layer(each).definedBy("zaguan.gateway." + each + "..");
    }
    return rooms;
  }
}
