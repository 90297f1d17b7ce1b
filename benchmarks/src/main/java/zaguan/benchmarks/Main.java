package zaguan.benchmarks;

import static zaguan.benchmarks.Systems.HAPROXY;
import static zaguan.benchmarks.Systems.OURS;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import zaguan.stack.Checkout;
import zaguan.stack.Progress;

/**
 * Measures the gateway and its peers in turns, and then calls between services. Arguments: the
 * checkout, when the run began, and {@code calls} if nothing but calls is to be measured.
 */
final class Main {

  private static final int ROUNDS = 3;
  private static final Duration WARM_UP = Duration.ofSeconds(30);
  private static final Duration MEASURE = Duration.ofSeconds(6);
  private static final int MANY = 500;
  private static final int INSTANCES = 4;

  private final Systems systems;
  private final Map<String, Figures> figures = new LinkedHashMap<>();
  private final Figures direct = new Figures();
  private final List<Double> oneService = new ArrayList<>();
  private final List<Double> manyServices = new ArrayList<>();
  private double rate;

  private Main(Systems systems) {
    this.systems = systems;
  }

  public static void main(String[] args) throws Exception {
    Path root = Path.of(args[0]);
    long began = Long.parseLong(args[1]);
    Path state = Files.createTempDirectory("zaguan-benchmark");
    Progress progress =
        new Progress() {
          @Override
          public void step(String what) {
            say(what);
          }

          @Override
          public void at(String howFar) {}
        };
    Systems systems = new Systems(new Checkout(root), state, progress);
    if (args.length < 3) {
      measureRequests(systems, root, began);
    }
    String calls = Calls.measured(systems).markdown();
    Files.writeString(root.resolve("benchmarks/calls.md"), calls);
    System.out.println(calls);
    System.exit(0); // The hook takes everything down.
  }

  private static void measureRequests(Systems systems, Path root, long began) throws Exception {
    Main run = new Main(systems);
    List<Peer> peers = systems.peers();
    run.warmUp(peers);
    run.rounds(peers);
    run.numberOfServices(
        peers.stream().filter(each -> each.name().equals(OURS)).findFirst().orElseThrow());
    Report report =
        new Report(
            run.figures,
            run.direct,
            run.rate,
            Figures.median(run.oneService),
            Figures.median(run.manyServices),
            System.currentTimeMillis() / 1000 - began);
    Files.writeString(root.resolve("benchmarks/results.md"), report.markdown());
    Files.writeString(root.resolve("benchmarks/results.svg"), report.plot());
    System.out.println(report.markdown());
  }

  private void warmUp(List<Peer> peers) throws IOException {
    double least = Double.MAX_VALUE;
    for (Peer peer : peers) {
      say("warming up " + peer.name());
      H2load.saturating(uri(peer), WARM_UP);
      if (peer.name().equals(OURS) || peer.name().equals(HAPROXY)) {
        least = Math.min(least, H2load.saturating(uri(peer), MEASURE).perSecond());
      }
    }
    rate = Math.floor(least / 2 / H2load.CONNECTIONS) * H2load.CONNECTIONS;
  }

  private void rounds(List<Peer> peers) throws IOException, InterruptedException {
    List<Peer> order = new ArrayList<>(peers);
    for (int round = 1; round <= ROUNDS; round++) {
      for (Peer peer : order) {
        Figures its = figures.computeIfAbsent(peer.name(), name -> new Figures());
        double before = peer.account().cpuMicros();
        H2load.Outcome full = H2load.saturating(uri(peer), MEASURE);
        its.cpu.add((peer.account().cpuMicros() - before) / full.answers());
        its.throughput.add(full.perSecond());
        before = peer.account().cpuMicros();
        H2load.Outcome paced = H2load.paced(uri(peer), rate, MEASURE);
        its.cpuPaced.add((peer.account().cpuMicros() - before) / paced.answers());
        its.p50.add(paced.percentile(0.5));
        its.p99.add(paced.percentile(0.99));
        its.sustained.add(paced.perSecond() / rate);
        its.memory.add(peer.account().residentMegabytes());
        its.others += full.others() + paced.others();
        say(
            String.format(
                Locale.ROOT,
                "round %d of %d, %s: %.0f requests/s, %.0f µs of CPU each",
                round,
                ROUNDS,
                peer.name(),
                full.perSecond(),
                its.cpu.getLast()));
      }
      H2load.Outcome straight = H2load.paced(List.of(systems.greeter().toString()), rate, MEASURE);
      direct.p50.add(straight.percentile(0.5));
      direct.p99.add(straight.percentile(0.99));
      Collections.rotate(order, 1);
    }
  }

  /** The same gateway, with one service and with many, in turns. */
  private void numberOfServices(Peer gateway) throws IOException, InterruptedException {
    List<Integer> ports = systems.consul().ports("kilobyte");
    List<String> uris = new ArrayList<>();
    URI base = gateway.uri().resolve("/");
    for (int service = 0; service < MANY; service++) {
      uris.add(base.resolve("/many-" + service + "/").toString());
    }
    for (int round = 1; round <= ROUNDS; round++) {
      say("round " + round + " of " + ROUNDS + ": one service");
      oneService.add(cpu(gateway, uri(gateway)));
      say("round " + round + " of " + ROUNDS + ": " + MANY + " services of " + INSTANCES);
      for (int i = 0; i < MANY * INSTANCES; i++) {
        String service = "many-" + i / INSTANCES;
        String address = "127.1." + i / 250 + "." + (1 + i % 250);
        systems.consul().register(service, service + "-" + i, address, ports.get(i % ports.size()));
      }
      awaitStatus(URI.create(uris.getLast()), 200);
      manyServices.add(cpu(gateway, uris));
      for (int i = 0; i < MANY * INSTANCES; i++) {
        systems.consul().deregister("many-" + i / INSTANCES + "-" + i);
      }
      awaitStatus(URI.create(uris.getLast()), 503);
    }
  }

  private double cpu(Peer peer, List<String> uris) throws IOException {
    H2load.saturating(uris, Duration.ofSeconds(2));
    double before = peer.account().cpuMicros();
    H2load.Outcome outcome = H2load.saturating(uris, MEASURE);
    if (outcome.others() > 0) {
      throw new IOException(outcome.others() + " requests failed");
    }
    return (peer.account().cpuMicros() - before) / outcome.answers();
  }

  private void awaitStatus(URI uri, int status) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (systems.consul().status(uri) != status) {
      if (System.nanoTime() - deadline > 0) {
        throw new IOException(uri + " did not become " + status);
      }
      Thread.sleep(100);
    }
  }

  private static List<String> uri(Peer peer) {
    return List.of(peer.uri().toString());
  }

  private static void say(String what) {
    System.err.println("  " + what);
  }
}
