package zaguan.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Load by nghttp2's {@code h2load}: HTTP/1.1 on 32 connections that are kept. */
final class H2load {

  static final int CONNECTIONS = 32;

  private static final Pattern COUNTS =
      Pattern.compile("requests: .* (\\d+) succeeded, (\\d+) failed, (\\d+) errored");
  private static final Pattern STATUSES =
      Pattern.compile("status codes: (\\d+) 2xx, (\\d+) 3xx, (\\d+) 4xx, (\\d+) 5xx");

  /**
   * What became of one load.
   *
   * @param answers with a status of 2xx
   * @param others all that was no such answer
   * @param micros what each answer took, in order of size; empty unless the load was paced
   */
  record Outcome(long answers, long others, double seconds, List<Long> micros) {

    double perSecond() {
      return answers / seconds;
    }

    double percentile(double part) {
      return micros.get(Math.max(0, (int) Math.ceil(part * micros.size()) - 1));
    }
  }

  private H2load() {}

  /** As many requests as come back. */
  static Outcome saturating(List<String> uris, Duration time) throws IOException {
    return run(uris, time, List.of(), false);
  }

  /** So many requests a second, whatever the answers take. */
  static Outcome paced(List<String> uris, double perSecond, Duration time) throws IOException {
    return run(uris, time, List.of("--rps=" + perSecond / CONNECTIONS), true);
  }

  private static Outcome run(List<String> uris, Duration time, List<String> more, boolean each)
      throws IOException {
    Path log = Files.createTempFile("h2load", ".tsv");
    Path input = Files.write(Files.createTempFile("h2load", ".txt"), uris);
    try {
      Files.delete(log);
      List<String> command = new ArrayList<>(List.of("h2load", "--h1", "-t1"));
      command.addAll(List.of("-c" + CONNECTIONS, "-D" + time.toSeconds(), "-i" + input));
      command.addAll(more);
      if (each) {
        command.add("--log-file=" + log);
      }
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(10, TimeUnit.SECONDS) || process.exitValue() != 0) {
        process.destroyForcibly();
        throw new IOException(String.join(" ", command) + " failed:\n" + output);
      }
      return outcome(output, (double) time.toSeconds(), each ? micros(log) : List.of());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      Files.deleteIfExists(log);
      Files.delete(input);
    }
  }

  static Outcome outcome(String output, double seconds, List<Long> micros) throws IOException {
    Matcher counts = COUNTS.matcher(output);
    Matcher statuses = STATUSES.matcher(output);
    if (!counts.find() || !statuses.find()) {
      throw new IOException("h2load said what is not understood:\n" + output);
    }
    long answers = Long.parseLong(statuses.group(1));
    long others =
        Long.parseLong(counts.group(2))
            + Long.parseLong(counts.group(3))
            + Long.parseLong(statuses.group(2))
            + Long.parseLong(statuses.group(3))
            + Long.parseLong(statuses.group(4));
    return new Outcome(answers, others, seconds, micros);
  }

  private static List<Long> micros(Path log) throws IOException {
    try (Stream<String> lines = Files.lines(log)) {
      return lines.map(line -> Long.parseLong(line.split("\t", -1)[2])).sorted().toList();
    }
  }
}
