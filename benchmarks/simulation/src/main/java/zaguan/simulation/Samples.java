package zaguan.simulation;

import java.util.SplittableRandom;

/**
 * Durations to be drawn from a distribution: a table of them, made once. With {@link StrictMath},
 * so that every machine makes the same.
 */
final class Samples {

  private static final int SIZE = 1 << 14;

  private final long[] table = new long[SIZE];

  private Samples() {}

  static Samples exponential(double mean, long seed) {
    Samples samples = new Samples();
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < SIZE; i++) {
      // Stratified, so that the mean is exact enough for a load that is stated in per cent.
      samples.table[i] = (long) (-mean * StrictMath.log(1 - (i + random.nextDouble()) / SIZE));
    }
    return samples;
  }

  static Samples logNormal(double median, double sigma, long seed) {
    Samples samples = new Samples();
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < SIZE; i++) {
      double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - random.nextDouble()));
      double normal = radius * StrictMath.cos(2 * StrictMath.PI * (i + 0.5) / SIZE);
      samples.table[i] = (long) (median * StrictMath.exp(sigma * normal));
    }
    return samples;
  }

  long draw(SplittableRandom random) {
    return table[random.nextInt(SIZE)];
  }

  double mean() {
    double sum = 0;
    for (long sample : table) {
      sum += sample;
    }
    return sum / SIZE;
  }
}
