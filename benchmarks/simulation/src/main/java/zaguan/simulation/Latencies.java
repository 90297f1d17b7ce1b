package zaguan.simulation;

import static zaguan.simulation.Agenda.MICROSECOND;

/** Durations by count, each within 2 % of what it was. */
final class Latencies {

  /** Of each power of two, in microseconds. */
  private static final int PARTS = 64;

  private static final int SIZE = 32 * PARTS;

  private final int[] counts = new int[SIZE];
  private int total;

  void add(long nanoseconds) {
    counts[slot(nanoseconds / MICROSECOND)]++;
    total++;
  }

  void add(Latencies others) {
    for (int i = 0; i < SIZE; i++) {
      counts[i] += others.counts[i];
    }
    total += others.total;
  }

  int total() {
    return total;
  }

  /** Nanoseconds; 0 if there are none. */
  long quantile(double part) {
    long rank = (long) StrictMath.ceil(part * total);
    long seen = 0;
    for (int i = 0; i < SIZE; i++) {
      seen += counts[i];
      if (seen >= rank && counts[i] > 0) {
        return value(i) * MICROSECOND;
      }
    }
    return 0;
  }

  private static int slot(long microseconds) {
    if (microseconds < PARTS) {
      return (int) microseconds;
    }
    int shift = 63 - Long.numberOfLeadingZeros(microseconds) - 6;
    return Math.min(SIZE - 1, (shift + 1) * PARTS + (int) (microseconds >>> shift) - PARTS);
  }

  private static long value(int slot) {
    if (slot < PARTS) {
      return slot;
    }
    int shift = slot / PARTS - 1;
    return (long) (slot % PARTS + PARTS) << shift;
  }
}
