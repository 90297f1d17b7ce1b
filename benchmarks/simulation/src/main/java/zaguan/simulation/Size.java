package zaguan.simulation;

import static zaguan.simulation.Agenda.MILLISECOND;
import static zaguan.simulation.Agenda.SECOND;

import java.util.List;

/**
 * How many there are, and how long it is looked at.
 *
 * @param quiet seconds before anything happens
 * @param seconds from then on
 * @param window milliseconds of a window in which latencies are told; some thousand requests
 */
record Size(int instances, int gateways, int quiet, int seconds, int window) {

  static final Size SMALL = new Size(3, 1, 15, 60, 3000);
  static final Size PAIR = new Size(3, 2, 15, 60, 3000);
  static final Size MIDDLE = new Size(100, 10, 4, 16, 100);
  static final Size LARGE = new Size(1000, 50, 1, 5, 100);

  static final List<Size> ALL = List.of(SMALL, PAIR, MIDDLE, LARGE);

  /**
   * Before the quiet, in which a few requests come: gateways that have just begun learn nothing.
   */
  static final long SETTLING = 6 * SECOND;

  long troubleAt() {
    return SETTLING + quiet * SECOND;
  }

  long end() {
    return troubleAt() + seconds * SECOND;
  }

  long windowNanos() {
    return window * MILLISECOND;
  }
}
