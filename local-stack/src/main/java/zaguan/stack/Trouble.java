package zaguan.stack;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * An instance that is not healthy, and all that tells why.
 *
 * @param failing those of its checks that fail
 */
record Trouble(Allocation allocation, List<Check> failing) {

  /** What every task begins with. */
  private static final Set<String> USUAL = Set.of("Received", "Task Setup");

  private static final int EVENTS = 6;
  private static final int LINES = 10;

  /** Of a Java stack trace the messages are shown, and the frames are not: they fill the screen. */
  private static final Pattern FRAME = Pattern.compile("\\s+(at |\\.\\.\\. \\d+ more)");

  private static final int READ = 200;
  private static final int OUTPUT = 6;
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss");

  /** What is alike in two instances that fail for one reason. */
  String kind() {
    return allocation.jobVersion()
        + allocation.end()
        + (allocation.end().isEmpty() ? allocation.clientStatus() : "")
        + failing.stream().map(Check::name).collect(Collectors.joining());
  }

  /** The standing in a line, then what happened, indented. */
  List<String> lines(Nomad nomad, String job, ZoneId zone) {
    List<String> lines = new ArrayList<>();
    lines.add(
        allocation.instance(job)
            + " (version "
            + allocation.jobVersion()
            + ") "
            + allocation.standing()
            + (failing.isEmpty() ? "" : ", and does not pass its checks"));
    List<Allocation.Event> events =
        allocation.events().stream().filter(event -> !USUAL.contains(event.type())).toList();
    for (Allocation.Event event :
        events.subList(Math.max(0, events.size() - EVENTS), events.size())) {
      lines.add(
          "  "
              + TIME.format(
                  Instant.ofEpochMilli(TimeUnit.NANOSECONDS.toMillis(event.time())).atZone(zone))
              + "  "
              + event.type()
              + ": "
              + event.displayMessage().replace('\n', ' '));
    }
    for (Check check : failing) {
      lines.add("  The check " + check.name() + " is " + check.status() + ":");
      indent(
          check.output().isEmpty()
              ? List.of("it has not run yet")
              : check.output().lines().limit(OUTPUT).toList(),
          lines);
    }
    portHolders(nomad).forEach(holder -> lines.add("  " + holder));
    printed(nomad, lines);
    return lines;
  }

  /** A program that is not the instance, and listens where the instance should. */
  private List<String> portHolders(Nomad nomad) {
    List<String> holders = new ArrayList<>();
    JsonNode shared =
        Http.get(nomad.address().resolve("/v1/allocation/" + allocation.id()))
            .path("AllocatedResources")
            .path("Shared");
    for (JsonNode port : shared.path("Ports")) {
      int number = port.path("Value").asInt();
      Optional<PortHolder> holder = PortHolder.of(number);
      if (holder.filter(each -> each.isForeignTo(allocation)).isPresent()) {
        holders.add(
            "Its port "
                + number
                + " ("
                + port.path("Label").asText()
                + ") is held by "
                + holder.get().described()
                + ". End that program, or let Nomad choose another port: nomad alloc stop "
                + allocation.id().substring(0, 8));
      }
    }
    return holders;
  }

  /** A service that logs to stdout has nothing on stderr. */
  private void printed(Nomad nomad, List<String> lines) {
    if (allocation.end().isEmpty() && failing.isEmpty()) {
      return;
    }
    AllocationLogs logs = new AllocationLogs(nomad, allocation.id());
    for (String stream : List.of("stderr", "stdout")) {
      List<String> last =
          logs.lastLines(stream, READ).stream()
              .filter(line -> !FRAME.matcher(line).lookingAt())
              .toList();
      if (!last.isEmpty()) {
        lines.add("  Its " + stream + " ends:");
        indent(last.subList(Math.max(0, last.size() - LINES), last.size()), lines);
        return;
      }
    }
    lines.add("  It has printed nothing.");
  }

  private static void indent(List<String> text, List<String> lines) {
    text.forEach(line -> lines.add("    " + line));
  }
}
