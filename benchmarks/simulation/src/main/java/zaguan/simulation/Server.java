package zaguan.simulation;

import static zaguan.simulation.Agenda.MICROSECOND;
import static zaguan.simulation.Agenda.MILLISECOND;
import static zaguan.simulation.Agenda.SECOND;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import zaguan.discovery.catalog.Instance;

/**
 * The model of an instance: a few workers, and a queue before them. What a caller gave up is worked
 * on all the same, as most servers do not notice.
 */
final class Server {

  static final int WORKERS = 2;
  static final long MEDIAN = 10 * MILLISECOND;
  static final double SIGMA = 0.5;

  /** A JVM that has just begun is so much slower, and falls to 1 in the time below. */
  static final double COLD = 5;

  static final long WARM_UP = 5 * SECOND;
  private static final long FAILS_AFTER = 200 * MICROSECOND;

  private final Instance instance;
  private final int workers;
  private final Agenda agenda;
  private final Samples times;
  private final SplittableRandom chance;
  private final Queue<Call> queue = new ArrayDeque<>();
  private int working;
  private int inFlight;
  private int mostInFlight;
  private int asked;
  private long begun = -WARM_UP;
  private boolean listening = true;
  private boolean failing;
  private int slowness = 1;
  private long delay;

  Server(int number, int workers, Agenda agenda, Samples times, SplittableRandom chance) {
    instance =
        new Instance(
            String.valueOf(number),
            "greeter",
            "node-" + number,
            "10.0." + number / 256 + "." + number % 256,
            8080,
            1,
            List.of(),
            Map.of());
    this.workers = workers;
    this.agenda = agenda;
    this.times = times;
    this.chance = chance;
  }

  Instance instance() {
    return instance;
  }

  /** It begins at this moment, and is cold. */
  void begin() {
    begun = agenda.now();
  }

  void stop() {
    listening = false;
  }

  /** Answers 500 at once. */
  void fail() {
    failing = true;
  }

  /** Works so many times slower. */
  void slow(int times) {
    slowness = times;
  }

  /** Waits for something else, without work, before it answers. */
  void delay(long time) {
    delay = time;
  }

  boolean listening() {
    return listening;
  }

  void receive(Call call) {
    asked++;
    inFlight++;
    mostInFlight = Math.max(mostInFlight, inFlight);
    if (failing) {
      agenda.after(FAILS_AFTER, () -> answer(call, 500));
    } else if (working < workers) {
      work(call);
    } else {
      queue.add(call);
    }
  }

  private void work(Call call) {
    working++;
    double time = slowness * coldness() * times.draw(chance);
    agenda.after(
        (long) time,
        () -> {
          working--;
          if (delay > 0) {
            agenda.after(delay, () -> answer(call, 200));
          } else {
            answer(call, 200);
          }
          Call next = queue.poll();
          if (next != null) {
            work(next);
          }
        });
  }

  private void answer(Call call, int status) {
    inFlight--;
    call.answered(status);
  }

  private double coldness() {
    long age = agenda.now() - begun;
    return age >= WARM_UP ? 1 : COLD - (COLD - 1) * age / WARM_UP;
  }

  /** Counts anew. */
  void forget() {
    asked = 0;
    mostInFlight = inFlight;
  }

  int asked() {
    return asked;
  }

  int mostInFlight() {
    return mostInFlight;
  }
}
