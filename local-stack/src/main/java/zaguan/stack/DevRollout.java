package zaguan.stack;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A version of an edited service on its way to the gateways. */
final class DevRollout {

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Rollout rollout;
  private final String job;
  private final long savedAt;
  private final @Nullable Integer debugPort;
  private final Nomad nomad;
  private final Endpoints endpoints;
  private final Progress progress;

  private volatile boolean superseded;

  /**
   * @param savedAt of {@link System#nanoTime}
   * @param debugPort where the instance listens for a debugger, or null
   */
  DevRollout(
      Rollout rollout,
      long savedAt,
      @Nullable Integer debugPort,
      Nomad nomad,
      Endpoints endpoints,
      Progress progress) {
    this.rollout = rollout;
    job = rollout.job();
    this.savedAt = savedAt;
    this.debugPort = debugPort;
    this.nomad = nomad;
    this.endpoints = endpoints;
    this.progress = progress;
  }

  /** A later save has taken its place: nothing more is told of this version. */
  void supersede() {
    superseded = true;
  }

  /** Tells when the instance serves, or why it does not; returns whether it does. */
  boolean await() {
    try {
      return serves();
    } catch (StackFailure e) {
      progress.step(e.getMessage() + "\nThe old code goes on serving.");
      return false;
    }
  }

  private boolean serves() {
    boolean[] serves = {false};
    boolean decided =
        Waiting.until(
            PATIENCE,
            () -> {
              if (!rollout.isPlaced(nomad)) {
                return superseded;
              }
              Optional<Allocation> instance = instance();
              if (superseded || instance.isEmpty()) {
                return superseded;
              }
              serves[0] = passes(instance.get());
              return serves[0] || hasFailed(instance.get());
            });
    if (superseded) {
      return false;
    }
    if (serves[0]) {
      double seconds = Duration.ofNanos(System.nanoTime() - savedAt).toMillis() / 1000.0;
      progress.step(
          String.format("%s: the new code serves, after %.1f s", job, seconds)
              + (debugPort == null ? "" : "; a debugger finds it at 127.0.0.1:" + debugPort));
    } else if (decided) {
      progress.step(job + " does not start; the old code goes on serving" + said());
    } else {
      progress.step(
          Diagnosis.notHealthyInTime(job, PATIENCE, nomad) + "\nThe old code goes on serving.");
    }
    return serves[0];
  }

  /** Returns when no instance of an older version runs. */
  void awaitAlone() {
    Waiting.until(
        PATIENCE,
        () ->
            superseded
                || nomad.allocations(job).stream()
                    .noneMatch(each -> !each.isOver() && each.jobVersion() < rollout.version()));
  }

  private Optional<Allocation> instance() {
    return nomad.allocations(job).stream()
        .filter(each -> each.jobVersion() >= rollout.version())
        .findFirst();
  }

  private boolean passes(Allocation instance) {
    JsonNode passing =
        Http.get(endpoints.consul().resolve("/v1/health/service/" + job + "?passing"));
    return passing.findValuesAsText("ID").stream().anyMatch(id -> id.contains(instance.id()));
  }

  /** Its program has ended, though Nomad may start it again. */
  private static boolean hasFailed(Allocation instance) {
    return instance.isOver()
        || instance.events().stream()
            .anyMatch(event -> List.of("Terminated", "Driver Failure").contains(event.type()));
  }

  /** What the instance printed. */
  private String said() {
    return instance().stream()
        .map(instance -> new AllocationLogs(nomad, instance.id()))
        .flatMap(
            logs ->
                Stream.of("stdout", "stderr").flatMap(each -> logs.lastLines(each, 20).stream()))
        .map(line -> "\n" + line)
        .collect(Collectors.joining());
  }
}
