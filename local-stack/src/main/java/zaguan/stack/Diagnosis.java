package zaguan.stack;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Why a job is not healthy, or that it is: what Nomad and Consul say of it, for people, on one
 * screen.
 */
record Diagnosis(boolean healthy, List<String> lines) {

  /** So many different reasons are told at length. */
  private static final int KINDS = 3;

  private static final int ALIKE = 4;

  static String notPlaced(String job, Evaluation evaluation, Nomad nomad) {
    List<String> lines = new ArrayList<>(List.of("Nomad has no place for all of " + job + "."));
    if (evaluation.notPlaced() != null) {
      lines.addAll(Placement.sentences(nomad.describe(job), evaluation.notPlaced()));
    }
    return String.join("\n", lines);
  }

  static String deploymentFailed(String job, Deployment deployment, Nomad nomad) {
    return "the deployment of "
        + job
        + " failed: "
        + deployment.statusDescription()
        + ".\n"
        + of(job, nomad).text();
  }

  static String notHealthyInTime(String job, Duration patience, Nomad nomad) {
    return job
        + " is not rolled out after "
        + patience.toMinutes()
        + " minutes.\n"
        + of(job, nomad).text();
  }

  private String text() {
    return String.join("\n", lines);
  }

  /** As of now. The job must be there. */
  static Diagnosis of(String job, Nomad nomad) {
    return new Look(job, nomad, ZoneId.systemDefault()).diagnosis();
  }

  /** One look at a job. */
  static final class Look {

    private final String job;
    private final Nomad nomad;
    private final ZoneId zone;
    private final JsonNode described;
    private final int version;
    private final Optional<Deployment> newest;

    /** The newest version, or the one before, if Nomad has taken the newest back to it. */
    private final Optional<Deployment> failed;

    private final List<Allocation> allocations;
    private final Check.OfInstances checks;
    private final List<String> lines = new ArrayList<>();

    Look(String job, Nomad nomad, ZoneId zone) {
      this.job = job;
      this.nomad = nomad;
      this.zone = zone;
      described = nomad.describe(job);
      version = described.path("Version").asInt();
      List<Deployment> deployments =
          nomad.deployments(job).stream()
              .sorted(Comparator.comparingInt(Deployment::jobVersion).reversed())
              .toList();
      newest = deployments.stream().findFirst();
      // When a version fails, Nomad makes the next version of the last good one.
      failed =
          deployments.stream()
              .limit(2)
              .filter(Deployment::hasFailed)
              .filter(each -> each.jobVersion() >= version - 1)
              .findFirst();
      allocations =
          nomad.allocations(job).stream()
              .sorted(Comparator.comparingLong(Allocation::createIndex).reversed())
              .toList();
      checks = new Check.OfInstances(nomad);
    }

    Diagnosis diagnosis() {
      if (described.path("Stop").asBoolean()) {
        return new Diagnosis(false, List.of(job + " is stopped. Start it: nomad job start " + job));
      }
      long wanted = wanted();
      long healthy = allocations.stream().filter(this::isCurrent).filter(this::isHealthy).count();
      List<String> noPlace = notPlaced();
      boolean whole = healthy >= wanted && noPlace.isEmpty() && !isDeploying() && !isBroken();
      lines.add(headline(whole, wanted, healthy));
      newest
          .filter(each -> !each.status().equals("successful"))
          .ifPresent(each -> lines.add(sentence(each)));
      failed
          .filter(each -> each.jobVersion() != newest.map(Deployment::jobVersion).orElse(-1))
          .ifPresent(each -> lines.add(sentence(each)));
      lines.addAll(noPlace);
      if (checks.areUnknown()) {
        lines.add("Consul does not answer, so what its checks say is not known.");
      }
      tell(
          allocations.stream()
              .filter(each -> isTroubled(each, whole))
              .map(each -> new Trouble(each, failing(each)))
              .toList());
      return new Diagnosis(whole, List.copyOf(lines));
    }

    private String headline(boolean whole, long wanted, long healthy) {
      if (!isService()) {
        return job + (whole ? ": no instance has failed." : " has instances that failed.");
      }
      if (whole && wanted == 0) {
        return job
            + (described.findValues("nomad-job").isEmpty()
                ? " has no instance, and none is wanted: nomad job scale " + job + " 1"
                : " sleeps: no instance is wanted, and the next request wakes it.");
      }
      return job
          + (whole ? " is healthy: " : " is not healthy: ")
          + healthy
          + " of "
          + wanted
          + " instances run and pass their checks.";
    }

    private static String sentence(Deployment deployment) {
      return "Deployment of version "
          + deployment.jobVersion()
          + ": "
          + deployment.statusDescription()
          + ".";
    }

    private void tell(List<Trouble> troubles) {
      Map<String, List<Trouble>> kinds = new LinkedHashMap<>();
      troubles.forEach(
          each -> kinds.computeIfAbsent(each.kind(), _ -> new ArrayList<>()).add(each));
      kinds.values().stream()
          .limit(KINDS)
          .forEach(
              alike -> {
                lines.add("");
                lines.addAll(alike.getFirst().lines(nomad, job, zone));
                List<Trouble> others = alike.subList(1, alike.size());
                if (!others.isEmpty()) {
                  lines.add(
                      others.size()
                          + " more like it: "
                          + String.join(
                              ", ",
                              others.stream()
                                  .limit(ALIKE)
                                  .map(each -> each.allocation().instance(job))
                                  .toList())
                          + (others.size() > ALIKE ? ", …" : ""));
                }
              });
    }

    private boolean isService() {
      String type = described.path("Type").asText();
      return type.equals("service") || type.equals("system");
    }

    private long wanted() {
      if (described.path("Type").asText().equals("system")) {
        return allocations.stream().filter(this::isCurrent).count();
      }
      long wanted = 0;
      for (JsonNode group : described.path("TaskGroups")) {
        wanted += isService() ? group.path("Count").asInt() : 0;
      }
      return wanted;
    }

    private boolean isCurrent(Allocation allocation) {
      return allocation.jobVersion() == version && allocation.isWanted();
    }

    private boolean isDeploying() {
      return newest.filter(Deployment::isUnderWay).isPresent();
    }

    /** A deployment that failed, with nothing to go back to; a batch that failed. */
    private boolean isBroken() {
      return isService()
          ? newest.filter(Deployment::hasFailed).isPresent()
          : allocations.stream().anyMatch(each -> each.jobVersion() == version && each.hasFailed());
    }

    private boolean isHealthy(Allocation allocation) {
      Boolean found = allocation.healthy();
      return allocation.runs()
          && (found == null ? !isDeploying() : found)
          && failing(allocation).isEmpty();
    }

    private List<Check> failing(Allocation allocation) {
      return allocation.isOver()
          ? List.of()
          : checks.of(allocation).stream().filter(Check::fails).toList();
    }

    /** Of a healthy job, only what became of the version that was taken back is of interest. */
    private boolean isTroubled(Allocation allocation, boolean whole) {
      boolean ofFailed =
          failed.filter(each -> each.jobVersion() == allocation.jobVersion()).isPresent();
      if (whole || allocation.jobVersion() != version) {
        return ofFailed && (isBad(allocation) || !failing(allocation).isEmpty());
      }
      return isBad(allocation) || (isCurrent(allocation) && !isHealthy(allocation));
    }

    private static boolean isBad(Allocation allocation) {
      return allocation.hasFailed() || Boolean.FALSE.equals(allocation.healthy());
    }

    /** What the scheduler says that still waits for room. */
    private List<String> notPlaced() {
      List<String> sentences = new ArrayList<>();
      for (Evaluation evaluation : nomad.evaluations(job)) {
        if (evaluation.status().equals("blocked") && evaluation.notPlaced() != null) {
          sentences.addAll(Placement.sentences(described, evaluation.notPlaced()));
        }
      }
      return sentences;
    }
  }
}
