package zaguan.simulation;

import static zaguan.simulation.Agenda.MILLISECOND;
import static zaguan.simulation.Agenda.SECOND;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import zaguan.discovery.catalog.Instance;

/** Clients, gateways, network, catalog and servers, before anything has happened. */
final class World {

  static final double UTILISATION = 0.6;

  /** Of requests, those that may be sent twice. */
  static final double IDEMPOTENT = 0.8;

  private final Size size;
  private final Agenda agenda = new Agenda();
  private final List<Server> all = new ArrayList<>();
  private final Map<String, Server> byId = new HashMap<>();
  private final Network network = new Network(agenda, byId);
  private final List<Server> registered = new ArrayList<>();
  private final List<Gateway> gateways = new ArrayList<>();
  private final long[] catalogDelays;
  private final Tally tally;
  private final Samples serviceTimes;
  private final Samples pauses;
  private final SplittableRandom clients;
  private final SplittableRandom work;
  private final double rate;
  private double load = 0.02;
  private List<Server> affected = List.of();

  World(Size size, int instances, Strategy strategy, long seed) {
    this.size = size;
    SplittableRandom seeds = new SplittableRandom(seed);
    serviceTimes = serviceTimes(seeds.nextLong());
    clients = seeds.split();
    work = seeds.split();
    tally = new Tally(Size.SETTLING, size.windowNanos());
    catalogDelays = new long[size.gateways()];
    for (int i = 0; i < catalogDelays.length; i++) {
      catalogDelays[i] = (200 + seeds.nextInt(300)) * MILLISECOND;
    }
    for (int i = 0; i < size.gateways(); i++) {
      Balancing balancing = strategy.create(agenda, seeds.split());
      gateways.add(new Gateway(i, agenda, network, balancing, tally));
    }
    for (int i = 0; i < instances; i++) {
      registered.add(server());
    }
    List<Instance> first = registered.stream().map(Server::instance).toList();
    gateways.forEach(gateway -> gateway.follow(first));
    rate = UTILISATION * instances * Server.WORKERS / serviceTimes.mean();
    pauses = Samples.exponential(1 / rate, seeds.nextLong());
    agenda.at(Size.SETTLING, () -> load(1));
    arrive();
  }

  /** Nanoseconds after the quiet. */
  void after(long time, Runnable what) {
    agenda.at(size.troubleAt() + time, what);
  }

  Size size() {
    return size;
  }

  Network network() {
    return network;
  }

  /** Those in the catalog. */
  List<Server> servers() {
    return List.copyOf(registered);
  }

  /** Whose share of the requests is told. */
  void affects(List<Server> servers) {
    affected = List.copyOf(servers);
  }

  List<Server> affected() {
    return affected;
  }

  /** From now on so many times the requests of the beginning. */
  void load(double times) {
    load = times;
  }

  /** New servers begin, are healthy, and are in the catalog. */
  void launch(int count) {
    for (int i = 0; i < count; i++) {
      Server server = server();
      server.begin();
      registered.add(server);
    }
    publish();
  }

  void deregister(List<Server> servers) {
    registered.removeAll(servers);
    publish();
  }

  Tally run() {
    after(0, () -> all.forEach(Server::forget));
    agenda.run();
    return tally;
  }

  /** All there ever were. */
  List<Server> all() {
    return List.copyOf(all);
  }

  private Server server() {
    Server server = new Server(all.size(), Server.WORKERS, agenda, serviceTimes, work);
    all.add(server);
    byId.put(server.instance().id(), server);
    return server;
  }

  /** Each gateway hears of it in its own time. */
  private void publish() {
    List<Instance> now = registered.stream().map(Server::instance).toList();
    for (int i = 0; i < catalogDelays.length; i++) {
      Gateway gateway = gateways.get(i);
      agenda.after(catalogDelays[i], () -> gateway.follow(now));
    }
  }

  private void arrive() {
    agenda.after(
        (long) (pauses.draw(clients) / load),
        () -> {
          if (agenda.now() < size.end()) {
            Gateway gateway = gateways.get(clients.nextInt(gateways.size()));
            gateway.receive(clients.nextDouble() < IDEMPOTENT);
            arrive();
          }
        });
  }

  static Samples serviceTimes(long seed) {
    return Samples.logNormal(Server.MEDIAN, Server.SIGMA, seed);
  }

  static long seconds(double seconds) {
    return (long) (seconds * SECOND);
  }
}
