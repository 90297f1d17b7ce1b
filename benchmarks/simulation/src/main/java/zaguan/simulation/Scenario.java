package zaguan.simulation;

import static zaguan.simulation.Agenda.SECOND;
import static zaguan.simulation.World.seconds;

import java.util.List;
import java.util.function.Consumer;

/** What happens after the quiet. */
enum Scenario {
  STEADY(
      "Steady",
      "Nothing happens.",
      "Four ways to do the same. The more gateways there are, the less each knows of"
          + " what the others send, and the less any choice by requests in flight gains by it;"
          + " with 50 gateways, round robin is best."),
  ONE_SLOW(
      "One slow",
      "One instance waits 2 s before it answers, without using its workers: a"
          + " dependency hangs.",
      "Round robin gives it its full share. Requests in flight show it soon, but where"
          + " instances are few it remains the second choice whenever the others are busy;"
          + " latency turns it away. Two instances of three then carry 90 % of what they can,"
          + " which is the p99 that is left."),
  TENTH_SLOW(
      "A tenth slow",
      "A tenth of the instances, one at least, work 20 times slower.",
      "Of two choices both are slow in one request of a hundred, which is the p99"
          + " there; of three, in one of a thousand. At 1,000 instances each of 50 gateways"
          + " has to find out for itself, at some hundred instances and two requests a second"
          + " to each: most of the five seconds is that."),
  ONE_FAILING(
      "One failing fast",
      "One instance answers 500 after 0.2 ms, and stays healthy for Consul.",
      "It answers faster than the others and has fewer requests in flight, so those who"
          + " look at that alone send it more. Ours sets it aside after five failures in each"
          + " gateway, and tries it with one request at a time. Where three instances become"
          + " two, latency is that of two; the others are faster there since they answer fewer"
          + " requests."),
  DEPLOY(
      "Rolling deploy of all",
      "In ten batches, one every 1.3 s, of which 1,000 instances see four; three"
          + " instances one by one, every 16 s: new ones are registered, cold; half a second"
          + " later as many old ones are deregistered; 3 s later these stop.",
      "No way loses a request: the catalog is ahead of what stops. Cold instances that"
          + " get a full share queue; ours begins with a tenth of it."),
  SCALE_UP(
      "Scale-up by ten",
      "Nine times as many cold instances join at once, and the load grows to ten times"
          + " what it was within 10 s (5 s for 1,000). From 3 to 30, 10 to 100, 100 to 1,000"
          + " instances.",
      "The cold are nine of ten here, so that sparing them loads the others; ours is"
          + " ahead where instances are many, and like the others where they are few."),
  BURST(
      "Burst",
      "Three times the load, 180 % of the capacity, for 2 s.",
      "What cannot be answered waits, or is refused. The others queue all of it, and take seconds"
          + " to be well again; ours lets 1,000 requests wait in each gateway, and sheds the"
          + " rest."),
  PARTITION(
      "Partition",
      "Half of the gateways, one at least, do not reach a third of the instances for 10"
          + " s (5 s for 1,000), which Consul lists as healthy.",
      "Each gateway pays one second for each instance to learn it, and again with one"
          + " request for each pause of the ejection: those are the spikes. Requests in flight"
          + " alone forget it at once.");

  private final String title;
  private final String description;
  private final String finding;

  Scenario(String title, String description, String finding) {
    this.title = title;
    this.description = description;
    this.finding = finding;
  }

  String title() {
    return title;
  }

  String description() {
    return description;
  }

  /** What the figures show; to be read again when they change. */
  String finding() {
    return finding;
  }

  /** How many instances there are at first. */
  int instances(Size size) {
    return this == SCALE_UP && size.instances() >= 10 ? size.instances() / 10 : size.instances();
  }

  void play(World world) {
    switch (this) {
      case STEADY -> {}
      case ONE_SLOW -> affected(world, 1, server -> server.delay(2 * SECOND));
      case TENTH_SLOW ->
          affected(world, Math.max(1, world.servers().size() / 10), server -> server.slow(20));
      case ONE_FAILING -> affected(world, 1, Server::fail);
      case DEPLOY -> deploy(world);
      case SCALE_UP -> scaleUp(world);
      case BURST -> {
        world.after(0, () -> world.load(3));
        world.after(2 * SECOND, () -> world.load(1));
      }
      case PARTITION -> partition(world);
    }
  }

  private static void affected(World world, int count, Consumer<Server> trouble) {
    List<Server> servers = world.servers().subList(0, count);
    world.affects(servers);
    world.after(0, () -> servers.forEach(trouble));
  }

  private static void deploy(World world) {
    List<Server> old = world.servers();
    int batch = Math.max(1, old.size() / 10);
    int batches = old.size() / batch;
    double apart = world.size().seconds() > 50 ? 16 : 1.3;
    for (int i = 0; i < batches && i * apart < world.size().seconds(); i++) {
      List<Server> leaving = old.subList(i * batch, (i + 1) * batch);
      long begin = seconds(i * apart);
      world.after(begin, () -> world.launch(batch));
      world.after(begin + seconds(0.5), () -> world.deregister(leaving));
      world.after(begin + seconds(3.5), () -> leaving.forEach(Server::stop));
    }
  }

  private static void scaleUp(World world) {
    int before = world.servers().size();
    world.after(0, () -> world.launch(9 * before));
    double growth = world.size().seconds() > 10 ? 10 : 5;
    for (int i = 1; i <= 90; i++) {
      double load = 1 + i / 10.0;
      world.after(seconds(growth * i / 90), () -> world.load(load));
    }
  }

  private static void partition(World world) {
    List<Server> servers = world.servers();
    List<Server> third = servers.subList(0, servers.size() / 3);
    int gateways = Math.max(1, world.size().gateways() / 2);
    world.after(0, () -> world.network().cut(gateways, third));
    world.after(seconds(world.size().seconds() > 10 ? 10 : 5), () -> world.network().heal());
  }
}
