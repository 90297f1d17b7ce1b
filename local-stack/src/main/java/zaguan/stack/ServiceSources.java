package zaguan.stack;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The files of a new service, by their paths. What every service has in common is the greeter's, so
 * a new service is as the greeter is today. The rest are templates, beside this class in the jar.
 */
final class ServiceSources {

  private static final String TEMPLATE = "service/";
  private static final String GREETER = "greeter/src/main/java/zaguan/greeter/";

  /** What names the greeter; the new name may have the word in it. */
  private static final Pattern GREETERS = Pattern.compile("zaguan\\.greeter|greeter_|greeter");

  private static final Pattern TEMPLATES =
      Pattern.compile("zaguan\\.yourservice|yourservice|YourService|your_service|YOUR_SERVICE");

  private final Checkout checkout;
  private final ServiceName name;
  private final String javaPackage;

  ServiceSources(Checkout checkout, ServiceName name, String javaPackage) {
    this.checkout = checkout;
    this.name = name;
    this.javaPackage = javaPackage;
  }

  /** All but the pom.xml and the job file. */
  Map<Path, String> files() {
    Map<Path, String> files = new TreeMap<>();
    String java = javaPackage.replace('.', '/') + "/";
    Path main = Path.of("src/main/java", java);
    for (String file :
        new String[] {
          "Application.java", "InstanceHeader.java", "Problem.java", "ProblemProcessor.java"
        }) {
      files.put(main.resolve(file), fromGreeter(GREETER + file));
    }
    for (String file :
        new String[] {
          "package-info.java",
          "Greeter.java",
          "FailedCall.java",
          "Request.java",
          "Reply.java",
          "YourServiceController.java"
        }) {
      files.put(main.resolve(renamed(file)), fromTemplate("main/java/" + file));
    }
    files.put(
        Path.of("src/test/java", java, renamed("YourServiceTest.java")),
        fromTemplate("test/java/YourServiceTest.java"));
    for (String file :
        new String[] {
          "main/aot/requests",
          "main/resources/application.properties",
          "main/resources/application-nomad.properties",
          "test/resources/application-test.properties"
        }) {
      files.put(Path.of("src", file), fromTemplate(file));
    }
    files.put(
        Path.of("src/main/resources/simplelogger.properties"),
        checkoutFile("greeter/src/main/resources/simplelogger.properties"));
    return files;
  }

  /** The pom.xml of a project by itself. */
  String project(String version) {
    return fromTemplate("pom.xml").replace("ZAGUAN_VERSION", version);
  }

  /** The pom.xml of a module of the checkout, which has the checkout's group and version. */
  String module(String version) {
    return project(version)
        .replace("<relativePath/>", "<relativePath>../service/pom.xml</relativePath>")
        .replaceFirst(
            "(?s)  <groupId>[^<]*</groupId>\n(  <artifactId>[^<]*</artifactId>\n)"
                + "  <version>[^<]*</version>\n",
            "$1");
  }

  /** The greeter's job, with one instance to begin with. */
  String job() {
    return fromGreeter("nomad/greeter.nomad.hcl")
        .replaceFirst("^# The example service.*", "# The service " + name.text() + ".")
        .replaceFirst("(?s)(variable \"count\" \\{[^}]*default +=) 3\n", "$1 1\n");
  }

  /** A file of the greeter's, for this service. */
  private String fromGreeter(String file) {
    return GREETERS
        .matcher(checkoutFile(file))
        .replaceAll(
            found ->
                switch (found.group()) {
                  case "zaguan.greeter" -> javaPackage;
                  case "greeter_" -> name.inVariable() + "_";
                  default -> name.text();
                });
  }

  String fromTemplate(String file) {
    try (InputStream in = ServiceSources.class.getResourceAsStream(TEMPLATE + file)) {
      if (in == null) {
        throw new IllegalStateException(TEMPLATE + file + " is not in the jar");
      }
      return renamed(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String renamed(String text) {
    return TEMPLATES
        .matcher(text)
        .replaceAll(
            found ->
                switch (found.group()) {
                  case "zaguan.yourservice" -> javaPackage;
                  case "YourService" -> name.inClass();
                  case "your_service" -> name.inVariable();
                  case "YOUR_SERVICE" -> name.inEnvironment();
                  default -> name.text();
                });
  }

  private String checkoutFile(String file) {
    try {
      return Files.readString(checkout.root().resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
