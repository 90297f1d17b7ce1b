package zaguan.discovery.balancing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import zaguan.discovery.catalog.Instance;

/** An upstream whose time and chance are the test's, and whose instances do as they are told. */
final class Scene {

  static final long MILLISECOND = 1_000_000;
  static final long SECOND = 1000 * MILLISECOND;

  /** What an instance does with a request. */
  interface Manner {
    void meet(Attempt attempt, Scene scene);
  }

  private record Due(long at, long order, Runnable what) {}

  /** Soon 0: {@code nanoTime} may be less. */
  private long now = -3 * SECOND;

  private long order;
  private final PriorityQueue<Due> agenda =
      new PriorityQueue<>(Comparator.comparingLong(Due::at).thenComparingLong(Due::order));
  private final Map<String, Manner> manners = new HashMap<>();
  private final Map<String, Integer> asked = new HashMap<>();
  private final Random chance = new Random(7);
  final List<InstanceEvent> events = new ArrayList<>();
  final Upstream upstream =
      new Upstream("greeter", 10_000, () -> now, chance::nextInt, events::add);

  static Manner answers(int status, long after) {
    return (attempt, scene) ->
        scene.in(
            after,
            () -> {
              attempt.answered(status);
              attempt.end();
            });
  }

  static Manner refuses() {
    return (attempt, scene) -> {
      attempt.refused();
      attempt.end();
    };
  }

  /** Answers what is no HTTP, as if asked for these paths in turn. */
  static Manner isUnreadable(String... paths) {
    AtomicInteger next = new AtomicInteger();
    return (attempt, scene) -> {
      attempt.unreadable(paths[next.getAndIncrement() % paths.length], "request 1: no HTTP");
      attempt.end();
    };
  }

  /** Takes requests, and never answers; the gateway waits 5 s for it. */
  static Manner isFrozen() {
    return (attempt, scene) ->
        scene.in(
            5 * SECOND,
            () -> {
              attempt.late();
              attempt.end();
            });
  }

  static Instance instance(String id, int weight) {
    int port = 1024 + Math.floorMod(id.hashCode(), 60_000);
    return new Instance(id, "greeter", "n", "127.0.0.1", port, weight, List.of(), Map.of());
  }

  /** Instances 0, 1, 2 and so on of weight 1. */
  static List<Instance> instances(int count) {
    return IntStream.range(0, count).mapToObj(i -> instance(String.valueOf(i), 1)).toList();
  }

  Scene with(Instance... instances) {
    return with(Arrays.asList(instances));
  }

  /** As Consul lists them from now on; new ones warm up for 10 s. */
  Scene with(List<Instance> instances) {
    upstream.replaceInstances(instances, 10 * SECOND);
    return this;
  }

  /** From now on; who is not told otherwise answers in 2 ms. */
  Scene where(String id, Manner manner) {
    manners.put(id, manner);
    return this;
  }

  /** Requests at an even rate; each goes to one instance, whatever comes of it. */
  Scene requests(int count, long apart) {
    for (int i = 0; i < count; i++) {
      request();
      pass(apart);
    }
    return this;
  }

  void request() {
    Attempt attempt = upstream.take(Set.of());
    if (attempt != null) {
      String id = attempt.endpoint().instance().id();
      asked.merge(id, 1, Integer::sum);
      attempt.requested();
      manners.getOrDefault(id, answers(200, 2 * MILLISECOND)).meet(attempt, this);
    }
  }

  /** As many turns as there are, none of them ended. */
  List<Attempt> turns(int count) {
    List<Attempt> turns = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Attempt attempt = upstream.take(Set.of());
      if (attempt != null) {
        attempt.requested();
        turns.add(attempt);
      }
    }
    return turns;
  }

  void pass(long time) {
    long until = now + time;
    for (Due due = agenda.peek(); due != null && due.at() <= until; due = agenda.peek()) {
      agenda.remove(due);
      now = due.at();
      due.what().run();
    }
    now = until;
  }

  long now() {
    return now;
  }

  /** How often it was asked since the last {@link #forget}. */
  int asked(String id) {
    return asked.getOrDefault(id, 0);
  }

  /** What part of the requests since the last {@link #forget} it got. */
  double share(String id) {
    return (double) asked(id) / asked.values().stream().mapToInt(Integer::intValue).sum();
  }

  Scene forget() {
    asked.clear();
    return this;
  }

  Endpoint endpoint(String id) {
    return upstream.list().stream()
        .filter(endpoint -> endpoint.instance().id().equals(id))
        .findFirst()
        .orElseThrow();
  }

  Set<String> setAside() {
    return upstream.list().stream()
        .filter(Endpoint::ejected)
        .map(endpoint -> endpoint.instance().id())
        .collect(Collectors.toCollection(HashSet::new));
  }

  private void in(long time, Runnable what) {
    agenda.add(new Due(now + time, order++, what));
  }
}
