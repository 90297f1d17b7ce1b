package zaguan.simulation;

import java.util.ArrayList;
import java.util.List;

/**
 * What became of the requests, by the window of time in which they came; those before are
 * forgotten.
 */
final class Tally {

  static final class Window {
    final Latencies latencies = new Latencies();
    int failed;
    int shed;

    int requests() {
      return latencies.total() + failed + shed;
    }

    void add(Window other) {
      latencies.add(other.latencies);
      failed += other.failed;
      shed += other.shed;
    }
  }

  private final long origin;
  private final long length;
  private final List<Window> windows = new ArrayList<>();

  Tally(long origin, long length) {
    this.origin = origin;
    this.length = length;
  }

  void answered(long began, long now) {
    window(began).latencies.add(now - began);
  }

  void failed(long began) {
    window(began).failed++;
  }

  void shed(long began) {
    window(began).shed++;
  }

  List<Window> windows() {
    return windows;
  }

  /** All from a window on and before another. */
  Window sum(int from, int to) {
    Window sum = new Window();
    for (int i = from; i < to; i++) {
      sum.add(windows.get(i));
    }
    return sum;
  }

  private Window window(long began) {
    if (began < origin) {
      return new Window();
    }
    int index = Math.toIntExact((began - origin) / length);
    while (windows.size() <= index) {
      windows.add(new Window());
    }
    return windows.get(index);
  }
}
