package zaguan.simulation;

import java.util.Arrays;

/**
 * Virtual time: what is due, in the order of its time, and of its entry if that is the same. A heap
 * of four children in plain arrays, which takes half the time of {@code PriorityQueue}.
 */
final class Agenda {

  static final long MICROSECOND = 1000;
  static final long MILLISECOND = 1000 * MICROSECOND;
  static final long SECOND = 1000 * MILLISECOND;

  private long[] times = new long[1024];
  private long[] entries = new long[1024];
  private Runnable[] what = new Runnable[1024];
  private int size;
  private long entered;
  private long now;

  /** Nanoseconds since the beginning. */
  long now() {
    return now;
  }

  void after(long time, Runnable task) {
    at(now + time, task);
  }

  void at(long time, Runnable task) {
    if (size == times.length) {
      times = Arrays.copyOf(times, 2 * size);
      entries = Arrays.copyOf(entries, 2 * size);
      what = Arrays.copyOf(what, 2 * size);
    }
    int hole = size++;
    while (hole > 0 && time < times[(hole - 1) >> 2]) {
      move((hole - 1) >> 2, hole);
      hole = (hole - 1) >> 2;
    }
    put(hole, time, entered++, task);
  }

  /** Until nothing is left to do. */
  void run() {
    while (size > 0) {
      now = times[0];
      Runnable task = what[0];
      size--;
      sink(times[size], entries[size], what[size]);
      task.run();
    }
  }

  /** From the top, where there is a hole. */
  private void sink(long time, long entry, Runnable task) {
    int hole = 0;
    while (true) {
      int first = 4 * hole + 1;
      int least = first;
      for (int child = first + 1; child < Math.min(first + 4, size); child++) {
        if (before(times[child], entries[child], least)) {
          least = child;
        }
      }
      if (least >= size || before(time, entry, least)) {
        break;
      }
      move(least, hole);
      hole = least;
    }
    put(hole, time, entry, task);
  }

  private boolean before(long time, long entry, int other) {
    return time < times[other] || (time == times[other] && entry < entries[other]);
  }

  private void move(int from, int to) {
    put(to, times[from], entries[from], what[from]);
  }

  private void put(int at, long time, long entry, Runnable task) {
    times[at] = time;
    entries[at] = entry;
    what[at] = task;
  }
}
