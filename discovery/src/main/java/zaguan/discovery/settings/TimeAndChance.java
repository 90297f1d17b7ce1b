package zaguan.discovery.settings;

import io.micronaut.context.annotation.Factory;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.InstantSource;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * Where the gateway gets the time and its random numbers from, so that a test can set both. Any
 * thread may use each of them.
 *
 * @param nanoTime nanoseconds since some moment, to measure how long something takes
 * @param clock the time of day
 * @param random not fit for secrets
 */
public record TimeAndChance(LongSupplier nanoTime, InstantSource clock, RandomGenerator random) {

  /** Those of the machine. Nothing else in the gateway asks the machine for them. */
  @Factory
  static final class OfTheMachine {

    @Singleton
    TimeAndChance timeAndChance() {
      return new TimeAndChance(
          System::nanoTime, Clock.systemUTC(), () -> ThreadLocalRandom.current().nextLong());
    }
  }
}
