package zaguan.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Something that starts and answers.
 *
 * @param name as in the report
 * @param command without its port, which comes by the environment
 * @param path what is asked
 * @param environment beside what Nomad sets
 */
record Starter(String name, List<String> command, String path, Map<String, String> environment) {

  private static final int REQUESTS = 1_000;
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  /**
   * One start.
   *
   * @param millis from the start of the process to the end of its first response with status 200
   * @param cpuMillis of the processors, until then
   * @param megabytes resident after a thousand requests
   */
  record Start(double millis, double cpuMillis, double megabytes) {}

  /** Starts it, asks it, and ends it. */
  Start start(Path log) throws IOException, InterruptedException {
    int port = freePort();
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder
        .environment()
        .putAll(
            Map.of(
                "NOMAD_ALLOC_ID", "00000000-0000-0000-0000-000000000000",
                "NOMAD_SHORT_ALLOC_ID", "00000000",
                "NOMAD_IP_http", "127.0.0.1",
                "NOMAD_PORT_http", String.valueOf(port),
                "SERVER_PORT", String.valueOf(port)));
    builder.environment().putAll(environment);
    long began = System.nanoTime();
    Process process = builder.start();
    try {
      while (!answers200(port)) {
        if (!process.isAlive() || System.nanoTime() - began > PATIENCE.toNanos()) {
          throw new IOException(name + " does not start:\n" + Files.readString(log));
        }
        Thread.sleep(1);
      }
      double millis = (System.nanoTime() - began) / 1e6;
      Account account = new Account(process.toHandle());
      double cpuMillis = account.cpuMicros() / 1_000;
      for (int i = 0; i < REQUESTS; i++) {
        if (!answers200(port)) {
          throw new IOException(name + " answered a request with another status than 200");
        }
      }
      return new Start(millis, cpuMillis, account.residentMegabytes());
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  /** On a connection of its own, by a plain socket: an HTTP client would have a start, too. */
  private boolean answers200(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
      socket.setSoTimeout(5_000);
      socket
          .getOutputStream()
          .write(
              ("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      byte[] response = socket.getInputStream().readAllBytes();
      return new String(response, StandardCharsets.ISO_8859_1).startsWith("HTTP/1.1 200");
    } catch (IOException notYet) {
      return false;
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** A command of the JVM that measures. */
  static List<String> java(List<String> flags, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags);
    command.addAll(Arrays.asList(arguments));
    return List.copyOf(command);
  }
}
