package zaguan.simulation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import zaguan.discovery.balancing.RetryBudget;
import zaguan.discovery.catalog.Instance;

/**
 * What others do: a rule, and nothing learnt. Retries are those of the gateway, with its budget, so
 * that only the choice is compared.
 */
final class Plain implements Balancing {

  /** An instance, and the requests that this gateway has there. */
  static final class Target {

    private final String id;
    private int inFlight;

    Target(String id) {
      this.id = id;
    }

    int inFlight() {
      return inFlight;
    }
  }

  private final ToIntFunction<List<Target>> rule;
  private final SplittableRandom chance;
  private final Agenda agenda;
  private final RetryBudget budget;
  private Map<String, Target> targets = Map.of();
  private List<Target> list = List.of();

  Plain(ToIntFunction<List<Target>> rule, Agenda agenda, SplittableRandom chance) {
    this.rule = rule;
    this.chance = chance;
    this.agenda = agenda;
    budget = new RetryBudget(agenda.now());
  }

  @Override
  public void follow(List<Instance> instances) {
    Map<String, Target> next = new LinkedHashMap<>();
    for (Instance instance : instances) {
      Target known = targets.get(instance.id());
      next.put(instance.id(), known == null ? new Target(instance.id()) : known);
    }
    targets = next;
    list = List.copyOf(next.values());
  }

  @Override
  public Visit visit() {
    budget.requested();
    return new PlainVisit();
  }

  @Override
  public boolean mayRetry() {
    return budget.spend(agenda.now());
  }

  private @Nullable Target choose(List<Target> tried) {
    if (tried.size() >= list.size()) {
      return null;
    }
    for (int i = 0; i < 3; i++) {
      Target target = list.get(rule.applyAsInt(list));
      if (!tried.contains(target)) {
        return target;
      }
    }
    int start = chance.nextInt(list.size());
    for (int i = 0; i < list.size(); i++) {
      Target target = list.get((start + i) % list.size());
      if (!tried.contains(target)) {
        return target;
      }
    }
    return null;
  }

  private final class PlainVisit implements Visit {

    private List<Target> tried = List.of();

    @Override
    public @Nullable Pick next() {
      Target target = choose(tried);
      if (target == null) {
        return null;
      }
      if (tried.isEmpty()) {
        tried = new ArrayList<>(1);
      }
      tried.add(target);
      target.inFlight++;
      return new PlainPick(target);
    }

    @Override
    public void answered() {}

    @Override
    public void left() {}
  }

  private record PlainPick(Target target) implements Pick {

    @Override
    public String id() {
      return target.id;
    }

    @Override
    public void answered(int status) {}

    @Override
    public void refused() {}

    @Override
    public void late() {}

    @Override
    public void end() {
      target.inFlight--;
    }
  }
}
