package zaguan.simulation;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToIntFunction;
import zaguan.simulation.Plain.Target;

/** Who is compared. */
enum Strategy {
  ROUND_ROBIN("round robin", "#9a9a9a"),
  LEAST_IN_FLIGHT("least in flight", "#d59a2d"),
  TWO_CHOICES("two choices", "#4f86c6"),
  OURS("ours", "#b3243b");

  private final String title;
  private final String colour;

  Strategy(String title, String colour) {
    this.title = title;
    this.colour = colour;
  }

  String title() {
    return title;
  }

  String colour() {
    return colour;
  }

  Balancing create(Agenda agenda, SplittableRandom chance) {
    return switch (this) {
      case ROUND_ROBIN -> new Plain(roundRobin(chance), agenda, chance);
      case LEAST_IN_FLIGHT -> new Plain(leastInFlight(chance), agenda, chance);
      case TWO_CHOICES -> new Plain(twoChoices(chance), agenda, chance);
      case OURS -> new Shipped(agenda, chance);
    };
  }

  private static ToIntFunction<List<Target>> roundRobin(SplittableRandom chance) {
    int[] turn = {chance.nextInt(1 << 30)};
    return targets -> turn[0]++ % targets.size();
  }

  /** Of those with the fewest, the first from a random one on. */
  private static ToIntFunction<List<Target>> leastInFlight(SplittableRandom chance) {
    return targets -> {
      int start = chance.nextInt(targets.size());
      int least = start;
      for (int i = 0; i < targets.size() && targets.get(least).inFlight() > 0; i++) {
        int next = (start + i) % targets.size();
        if (targets.get(next).inFlight() < targets.get(least).inFlight()) {
          least = next;
        }
      }
      return least;
    };
  }

  private static ToIntFunction<List<Target>> twoChoices(SplittableRandom chance) {
    return targets -> {
      int one = chance.nextInt(targets.size());
      if (targets.size() == 1) {
        return one;
      }
      int other = (one + 1 + chance.nextInt(targets.size() - 1)) % targets.size();
      return targets.get(other).inFlight() < targets.get(one).inFlight() ? other : one;
    };
  }
}
