package zaguan.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import zaguan.packaging.Surroundings;
import zaguan.stack.Checkout;

/** Measures how services start, in turns: {@code benchmarks/start-up}. Argument: the checkout. */
final class StartUp {

  static final String GREETER = "greeter as shipped";
  static final String GREETER_WITH = "the same with `discovery/`, calling nobody";
  static final String GREETER_PLAIN = "greeter, plain `java -jar`";
  static final String SPRING_PLAIN = "Spring Boot 3.5, plain `java -jar`";
  static final String SPRING_CACHE = "Spring Boot 3.5, AOT cache";
  static final String PYTHON = "Python, `exam.py`";
  static final String GATEWAY = "gateway as shipped";
  static final String GATEWAY_PLAIN = "gateway, plain `java -jar`";

  private static final int RUNS = 10;

  private StartUp() {}

  public static void main(String[] args) throws Exception {
    Checkout checkout = new Checkout(Path.of(args[0]));
    Path folder = Files.createTempDirectory("zaguan-start-up");
    Map<String, List<Starter.Start>> starts = new LinkedHashMap<>();
    try (Surroundings surroundings = new Surroundings()) {
      List<Starter> order = new ArrayList<>(starters(checkout, folder, surroundings.address()));
      order.forEach(each -> starts.put(each.name(), new ArrayList<>()));
      // The first of all is for the disk's cache, and does not count.
      for (int run = 0; run <= RUNS; run++) {
        System.err.println("  run " + run + " of " + RUNS);
        for (Starter starter : order) {
          Starter.Start start = starter.start(folder.resolve("log"));
          if (run > 0) {
            starts.computeIfAbsent(starter.name(), name -> new ArrayList<>()).add(start);
          }
        }
        Collections.rotate(order, 1);
      }
    }
    String report = new StartUpReport(starts).markdown();
    Files.writeString(checkout.root().resolve("benchmarks/start-up.md"), report);
    System.out.println(report);
  }

  private static List<Starter> starters(Checkout checkout, Path folder, String consul)
      throws IOException, InterruptedException {
    String hello = "/hello/Ada";
    Path spring = checkout.root().resolve("benchmarks/spring-boot/target/spring-boot.jar");
    return List.of(
        shipped(GREETER, checkout, "greeter", hello, consul),
        withDiscovery(checkout, folder, hello, consul),
        plain(GREETER_PLAIN, checkout.jar("greeter"), hello, consul),
        plain(SPRING_PLAIN, spring, hello, consul),
        new Starter(
            SPRING_CACHE,
            withSpringsCache(spring, folder, JobFile.jvmFlags(checkout, "greeter")),
            hello,
            Map.of()),
        new Starter(
            PYTHON,
            List.of("python3", checkout.root().resolve("nomad/examples/exam.py").toString()),
            "/",
            Map.of()),
        shipped(GATEWAY, checkout, "api-gateway", "/training/", consul),
        plain(GATEWAY_PLAIN, checkout.jar("api-gateway"), "/training/", consul));
  }

  private static Starter shipped(
      String name, Checkout checkout, String module, String path, String consul)
      throws IOException {
    List<String> command =
        Starter.java(
            JobFile.jvmFlags(checkout, module),
            "-XX:AOTCache=" + checkout.cache(module),
            "-jar",
            checkout.jar(module).toString());
    return new Starter(name, command, path, Map.of("CONSUL_HTTP_ADDR", consul));
  }

  /** The greeter's jar with the module's classes in it, and a cache that is trained as its own. */
  private static Starter withDiscovery(Checkout checkout, Path folder, String path, String consul)
      throws IOException, InterruptedException {
    Path jar = Files.createDirectories(folder.resolve("with")).resolve("greeter.jar");
    Files.copy(checkout.jar("greeter"), jar);
    Path classes = checkout.root().resolve("discovery/target/classes");
    run(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "jar").toString(),
            "--update",
            "--file=" + jar,
            "-C",
            classes.toString(),
            "."));
    String cache = folder.resolve("with/greeter.aot").toString();
    List<String> flags = JobFile.jvmFlags(checkout, "greeter");
    List<String> training =
        new ArrayList<>(
            Starter.java(
                List.of(),
                "-jar",
                checkout.jar("packaging").toString(),
                "--jar=" + jar,
                "--output=" + cache,
                "--requests=" + checkout.root().resolve("greeter/src/main/aot/requests"),
                "--"));
    training.addAll(flags);
    run(training);
    return new Starter(
        GREETER_WITH,
        Starter.java(flags, "-XX:AOTCache=" + cache, "-jar", jar.toString()),
        path,
        Map.of("CONSUL_HTTP_ADDR", consul));
  }

  private static Starter plain(String name, Path jar, String path, String consul) {
    return new Starter(
        name,
        Starter.java(List.of(), "-jar", jar.toString()),
        path,
        Map.of("CONSUL_HTTP_ADDR", consul));
  }

  /**
   * As Spring's documentation advises: the jar extracted, code by Spring's AOT processing, trained
   * by a start. With the flags of the greeter's job, so that the cache is what differs.
   */
  private static List<String> withSpringsCache(Path jar, Path folder, List<String> flags)
      throws IOException, InterruptedException {
    run(
        Starter.java(
            List.of("-Djarmode=tools"),
            "-jar",
            jar.toString(),
            "extract",
            "--force",
            "--destination",
            folder.resolve("spring").toString()));
    String extracted = folder.resolve("spring").resolve(jar.getFileName()).toString();
    String cache = folder.resolve("spring.aot").toString();
    List<String> all = new ArrayList<>(flags);
    all.add("-Dspring.aot.enabled=true");
    run(
        Starter.java(
            all,
            "-XX:AOTCacheOutput=" + cache,
            "-Dspring.context.exit=onRefresh",
            "-Dserver.port=0",
            "-jar",
            extracted));
    return Starter.java(all, "-XX:AOTCache=" + cache, "-jar", extracted);
  }

  private static void run(List<String> command) throws IOException, InterruptedException {
    Path log = Files.createTempFile("zaguan-start-up", ".log");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    if (process.waitFor() != 0) {
      throw new IOException(String.join(" ", command) + " failed:\n" + Files.readString(log));
    }
    Files.delete(log);
  }
}
