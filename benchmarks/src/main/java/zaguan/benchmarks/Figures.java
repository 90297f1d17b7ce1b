package zaguan.benchmarks;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** What was measured of one peer, round by round; the figures of a table are medians. */
final class Figures {

  final List<Double> throughput = new ArrayList<>();
  final List<Double> cpu = new ArrayList<>();
  final List<Double> cpuPaced = new ArrayList<>();
  final List<Double> p50 = new ArrayList<>();
  final List<Double> p99 = new ArrayList<>();
  final List<Double> memory = new ArrayList<>();
  long others;

  /** Whether it answered as fast as was asked, in most rounds. */
  final List<Double> sustained = new ArrayList<>();

  static double median(Collection<Double> values) {
    if (values.isEmpty()) {
      return Double.NaN;
    }
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }
}
