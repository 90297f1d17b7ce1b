package zaguan.simulation;

import static zaguan.simulation.Agenda.MILLISECOND;

import java.util.List;

/** Where a latency lies on a logarithmic axis from 10 ms to 20 s. */
record Scale(double begin, double end) {

  static final List<Long> MARKS =
      List.of(10 * MILLISECOND, 100 * MILLISECOND, 1000 * MILLISECOND, 10_000 * MILLISECOND);

  private static final double LEAST = 10e6;
  private static final double MOST = 20e9;

  double at(long nanoseconds) {
    double within = Math.clamp((double) nanoseconds, LEAST, MOST);
    return begin + (end - begin) * StrictMath.log(within / LEAST) / StrictMath.log(MOST / LEAST);
  }
}
