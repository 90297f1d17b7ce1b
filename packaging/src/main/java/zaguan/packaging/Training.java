package zaguan.packaging;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A run of a service as Nomad runs it, from which its JVM writes the AOT cache when it is told to
 * end.
 *
 * @param javaHome the runtime; no other takes the cache
 * @param jar the jar as it will be run: its name, size and time are the cache's as well
 * @param output where the cache goes
 * @param script what the service is asked, and what others answer it
 * @param flags of the JVM, as in the job file
 * @param patience how long each question may take to get its status; the first counts from the
 *     start
 */
record Training(
    Path javaHome, Path jar, Path output, Script script, List<String> flags, Duration patience) {

  /** The first round loads the classes; the others tell the compilers what matters. */
  private static final int ROUNDS = 20;

  private static final Duration ANSWER = Duration.ofSeconds(20);
  private static final Duration END = Duration.ofMinutes(2);

  /** Variables that would add flags which the job does not have. */
  private static final Set<String> JVM_VARIABLES =
      Set.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS", "JDK_AOT_VM_OPTIONS");

  /** A message of a few lines is read; the log has the rest, and where in the code it was. */
  private static final int SHOWN = 8;

  private static final Predicate<String> FRAME =
      Pattern.compile("\\s+(at |\\.\\.\\. \\d+ more).*").asMatchPredicate();

  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  Training {
    javaHome = javaHome.toAbsolutePath().normalize();
    // A relative path would be the class path's name in full, which a jar elsewhere does not have.
    jar = jar.toAbsolutePath().normalize();
    output = output.toAbsolutePath().normalize();
    flags = List.copyOf(flags);
  }

  /**
   * Runs the service.
   *
   * @throws TrainingFailure if the service does not do as it should, or its JVM writes no cache
   */
  void run() throws IOException, InterruptedException {
    Files.createDirectories(output.resolveSibling("."));
    Files.deleteIfExists(output);
    int port = freePort();
    try (Surroundings surroundings = new Surroundings(script.answers())) {
      Process service =
          start(
              List.of("-XX:AOTCacheOutput=" + output, "-jar", jar.toString()),
              environment(port, surroundings.address()));
      try {
        for (int round = 0; round < ROUNDS; round++) {
          for (Question question : script.questions()) {
            ask(service, URI.create("http://127.0.0.1:" + port + question.path()), question);
          }
        }
        service.destroy();
        if (!service.waitFor(END.toSeconds(), TimeUnit.SECONDS)) {
          throw failure("did not end within " + END.toSeconds() + " s of being told to");
        }
      } finally {
        // The JVM that assembles the cache is a child of the service's.
        service.descendants().forEach(ProcessHandle::destroyForcibly);
        service.destroyForcibly();
      }
    }
    if (!Files.isRegularFile(output)) {
      throw failure("ended without writing " + output);
    }
    requireThatTheJvmTakesIt();
  }

  private void ask(Process service, URI uri, Question question)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    String last = "nothing";
    while (System.nanoTime() - deadline < 0) {
      if (!service.isAlive()) {
        throw failure("ended, with exit status " + service.exitValue());
      }
      try {
        Got answer = answer(uri, question);
        if (answer.status() == question.status()) {
          return;
        }
        last = answer.status() + " " + answer.said().lines().findFirst().orElse("(no body)");
      } catch (IOException e) {
        last = e.toString();
      }
      Thread.sleep(50); // The service may still be starting, or reading the catalog.
    }
    throw failure(
        "was to answer "
            + question
            + " with "
            + question.status()
            + " within "
            + patience.toSeconds()
            + " s; the last answer was "
            + last);
  }

  private record Got(int status, String said) {}

  private static Got answer(URI uri, Question question) throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri).timeout(ANSWER).method(question.method(), body(question));
    if (question.content() != null) {
      request.header("Content-Type", question.content().type());
    }
    HttpResponse<InputStream> response = CLIENT.send(request.build(), BodyHandlers.ofInputStream());
    boolean stream =
        response.headers().firstValue("Content-Type").orElse("").contains("event-stream");
    try (InputStream body = response.body()) {
      // A stream has no end.
      byte[] read = stream ? body.readNBytes(16) : body.readAllBytes();
      return new Got(response.statusCode(), new String(read, StandardCharsets.UTF_8).strip());
    }
  }

  private static BodyPublisher body(Question question) {
    if (question.content() != null) {
      return BodyPublishers.ofString(question.content().body());
    }
    return question.method().equals("POST") || question.method().equals("PUT")
        ? BodyPublishers.ofString("Hello")
        : BodyPublishers.noBody();
  }

  /** The environment of a Nomad task, which is where the cache is used. */
  private static Map<String, String> environment(int port, String surroundings) {
    return Map.of(
        "NOMAD_ALLOC_ID",
        "00000000-0000-0000-0000-000000000000",
        "NOMAD_SHORT_ALLOC_ID",
        "00000000",
        "NOMAD_IP_http",
        "127.0.0.1",
        "NOMAD_PORT_http",
        String.valueOf(port),
        "NOMAD_ADDR_http",
        "127.0.0.1:" + port,
        "CONSUL_HTTP_ADDR",
        surroundings);
  }

  private void requireThatTheJvmTakesIt() throws IOException, InterruptedException {
    Process check =
        start(
            List.of("-XX:AOTMode=on", "-XX:AOTCache=" + output, "-cp", jar.toString(), "-version"),
            Map.of());
    if (!check.waitFor(ANSWER.toSeconds(), TimeUnit.SECONDS) || check.exitValue() != 0) {
      check.destroyForcibly();
      throw failure("wrote " + output + ", and the same JVM does not take it");
    }
  }

  private Process start(List<String> arguments, Map<String, String> environment)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(javaHome.resolve("bin/java").toString());
    command.addAll(flags);
    command.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
    builder.environment().keySet().removeAll(JVM_VARIABLES);
    builder.environment().putAll(environment);
    return builder.start();
  }

  private Path log() {
    return output.resolveSibling(output.getFileName() + ".log");
  }

  private TrainingFailure failure(String what) throws IOException {
    StringBuilder message =
        new StringBuilder("training of ").append(jar).append(" failed: the service ").append(what);
    if (Files.exists(log())) {
      message.append("\nThe end of its log, ").append(log()).append(":\n");
      try (Stream<String> lines = Files.lines(log())) {
        List<String> all =
            lines.filter(line -> !line.contains("[warning][aot]") && !FRAME.test(line)).toList();
        all.subList(Math.max(0, all.size() - SHOWN), all.size())
            .forEach(line -> message.append("  ").append(line).append('\n'));
      }
    }
    return new TrainingFailure(message.toString());
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
