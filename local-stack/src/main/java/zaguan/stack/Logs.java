package zaguan.stack;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the instances of a job print, each line with its instance and its stream. Nomad keeps no
 * time for a line, so the lines are together by instance, and the newest instance comes last.
 */
final class Logs {

  /** Of those that run no more. A job that crashes without end leaves hundreds. */
  private static final int OLD = 5;

  private static final Duration GAP = Duration.ofMillis(500);

  private final Nomad nomad;
  private final String job;
  private final int lines;
  private final PrintStream out;
  private final PrintStream notes;
  private final Map<String, InstanceLog> instances = new TreeMap<>();
  private boolean following;
  private boolean cut;
  private boolean away;

  /**
   * @param lines how many of the last lines of each stream of an instance
   * @param out for what the instances print
   * @param notes for what is said of them
   */
  Logs(Nomad nomad, String job, int lines, PrintStream out, PrintStream notes) {
    this.nomad = nomad;
    this.job = job;
    this.lines = lines;
    this.out = out;
    this.notes = notes;
  }

  /** Prints what there is. */
  void print() {
    List<Allocation> all = oldestFirst(nomad.allocations(job));
    List<Allocation> over = all.stream().filter(Allocation::isOver).toList();
    List<Allocation> leftOut = over.subList(0, Math.max(0, over.size() - OLD));
    if (all.isEmpty()) {
      notes.println(job + " has no instance, and Nomad remembers none");
    }
    if (!leftOut.isEmpty()) {
      notes.println(
          leftOut.size()
              + " older instances are left out; to read one: nomad alloc logs "
              + leftOut.getLast().id());
      leftOut.forEach(each -> instances.put(each.id(), new InstanceLog(each, true)));
    }
    all.stream().filter(each -> !leftOut.contains(each)).forEach(each -> read(each, lines));
    if (cut && lines > 0) {
      notes.println("the last " + lines + " lines of each are shown; for more: --lines N");
    }
  }

  /** Prints what there is, and then what comes, of new instances too. Does not return. */
  void follow() {
    following = true;
    print();
    Waiting.until(
        Duration.ofDays(10_000),
        GAP,
        () -> {
          Optional<List<Allocation>> now = nomad.allocationsIfItAnswers(job);
          if (now.isEmpty() != away) {
            away = now.isEmpty();
            notes.println(away ? "Nomad does not answer; waiting for it" : "Nomad answers again");
          }
          // All that a new instance printed is news.
          now.ifPresent(all -> oldestFirst(all).forEach(each -> read(each, LogTail.ALL)));
          return false;
        });
  }

  private void read(Allocation allocation, int last) {
    InstanceLog log = instances.get(allocation.id());
    if (log == null) {
      log = new InstanceLog(allocation, false);
      instances.put(allocation.id(), log);
      log.read(allocation, last);
    } else if (!log.over) {
      log.read(allocation, LogTail.ALL);
    }
  }

  private static List<Allocation> oldestFirst(List<Allocation> allocations) {
    return allocations.stream().sorted(Comparator.comparingLong(Allocation::createIndex)).toList();
  }

  /** Of one allocation. */
  private final class InstanceLog {

    private final AllocationLogs logs;
    private final String instance;
    private final Map<String, LogTail> tails = new TreeMap<>();
    private String standing = "";

    /** Nothing comes any more, or nothing of it is wanted. */
    private boolean over;

    InstanceLog(Allocation allocation, boolean over) {
      logs = new AllocationLogs(nomad, allocation.id());
      instance = allocation.instance(job);
      this.over = over;
    }

    void read(Allocation now, int last) {
      // Asked for before the files are read: nothing is printed after an end that was seen.
      boolean isOver = now.isOver();
      if (!isOver) {
        say(now);
      }
      Map<String, List<LogFile>> files = logs.files();
      long tasks = files.values().stream().map(each -> each.getFirst().task()).distinct().count();
      files.forEach(
          (source, each) -> {
            LogTail tail = tails.get(source);
            if (tail == null) {
              tail = new LogTail(logs);
              tails.put(source, tail);
              cut |= tail.skipToLast(last, each);
            }
            LogFile file = each.getFirst();
            String label =
                instance
                    + (tasks > 1 ? "/" + file.task() : "")
                    + (file.stream().equals("stderr") ? " err  " : " out  ");
            tail.next(each).forEach(line -> out.println(label + line));
            if (isOver || !following) {
              tail.rest().forEach(line -> out.println(label + line));
            }
          });
      if (isOver) {
        say(now);
        over = true;
      }
      out.flush();
    }

    private void say(Allocation now) {
      String text = now.standing() + " (version " + now.jobVersion() + ")";
      if (!text.equals(standing)) {
        standing = text;
        notes.println("-- " + instance + " " + text);
      }
    }
  }
}
