package zaguan.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Measures what a call from one service to another costs, beside stock Micronaut, in turns. */
final class Calls {

  static final String OURS = "with `discovery/`";
  static final String STOCK = "stock Micronaut, which asks Consul";
  static final String ADDRESSES = "stock Micronaut, addresses in its settings";

  private static final int ROUNDS = 5;
  private static final int WARM_UP = 100_000;
  private static final int MEASURE = 10_000;

  /** What was measured of one caller, round by round, in microseconds of CPU a call. */
  static final class Costs {
    final List<Double> caller = new ArrayList<>();
    final List<Double> consul = new ArrayList<>();
    final List<Double> together = new ArrayList<>();
    final List<Double> perSecond = new ArrayList<>();
  }

  private Calls() {}

  static CallsReport measured(Systems systems) throws IOException, InterruptedException {
    long began = System.nanoTime();
    Account consul = systems.consulsAccount();
    List<Caller> order = new ArrayList<>(systems.callers());
    Map<String, Costs> costs = new LinkedHashMap<>();
    for (Caller caller : order) {
      say("warming up calls " + caller.name());
      caller.call(WARM_UP);
      costs.put(caller.name(), new Costs());
    }
    for (int round = 1; round <= ROUNDS; round++) {
      for (Caller caller : order) {
        Costs its = costs.computeIfAbsent(caller.name(), name -> new Costs());
        double callers = caller.account().cpuMicros();
        double consuls = consul.cpuMicros();
        long from = System.nanoTime();
        caller.call(MEASURE);
        its.perSecond.add(MEASURE / ((System.nanoTime() - from) / 1e9));
        its.caller.add((caller.account().cpuMicros() - callers) / MEASURE);
        its.consul.add((consul.cpuMicros() - consuls) / MEASURE);
        its.together.add(its.caller.getLast() + its.consul.getLast());
        say(
            String.format(
                Locale.ROOT,
                "round %d of %d, calls %s: %.0f µs of CPU each, and %.0f µs of Consul's",
                round,
                ROUNDS,
                caller.name(),
                its.caller.getLast(),
                its.consul.getLast()));
      }
      Collections.rotate(order, 1);
    }
    return new CallsReport(costs, ROUNDS, MEASURE, (System.nanoTime() - began) / 1_000_000_000);
  }

  private static void say(String what) {
    System.err.println("  " + what);
  }
}
