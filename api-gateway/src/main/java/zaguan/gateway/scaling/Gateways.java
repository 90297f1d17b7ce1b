package zaguan.gateway.scaling;

import io.micronaut.context.annotation.Value;
import io.micronaut.runtime.server.EmbeddedServer;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import zaguan.discovery.catalog.Instance;
import zaguan.discovery.catalog.Service;
import zaguan.discovery.settings.TimeAndChance;
import zaguan.gateway.catalog.Catalog;
import zaguan.gateway.settings.GatewaySettings;

/**
 * The gateways in Consul, as of the last look. The gateway with the first address acts for all. If
 * two think that they are the first, Nomad accepts the request of one. One thread.
 */
@Singleton
final class Gateways {

  /** From a gateway's leaving Consul to its signal to stop: as its job file says. */
  static final Duration SHUTDOWN_DELAY = Duration.ofSeconds(5);

  private final Supplier<List<String>> listed;
  private final Supplier<String> own;
  private final PeerGateways peers;
  private final Duration leaving;
  private final LongSupplier clock;
  private List<String> addresses = List.of();
  private long since;

  @Inject
  Gateways(
      Catalog catalog,
      Provider<EmbeddedServer> server,
      PeerGateways peers,
      GatewaySettings settings,
      TimeAndChance timeAndChance,
      @Value("${micronaut.application.name}") String service) {
    this(
        () -> addresses(catalog.current().service(service)),
        () -> server.get().getURI().getAuthority(),
        peers,
        settings.leave().plus(settings.finish()),
        timeAndChance.nanoTime());
  }

  /**
   * @param listed addresses of all gateways, in any order
   * @param own address of this gateway
   * @param finishing how long a gateway may take that was told to stop
   */
  Gateways(
      Supplier<List<String>> listed,
      Supplier<String> own,
      PeerGateways peers,
      Duration finishing,
      LongSupplier clock) {
    this.listed = listed;
    this.own = own;
    this.peers = peers;
    leaving = SHUTDOWN_DELAY.plus(finishing);
    this.clock = clock;
    since = clock.getAsLong();
  }

  /** Looks which gateways there are now. */
  void look() {
    List<String> now = listed.get().stream().sorted(Comparator.naturalOrder()).toList();
    if (!now.equals(addresses)) {
      addresses = now;
      since = clock.getAsLong();
    }
  }

  /** Whether this gateway acts for all. */
  boolean isThisFirst() {
    return !addresses.isEmpty() && addresses.getFirst().equals(own.get());
  }

  /** Whether no gateway has come or gone for so long. */
  boolean areTheSameFor(Duration time) {
    return clock.getAsLong() - since >= time.toNanos();
  }

  /**
   * Whether the gateways that have left Consul have ended: such a gateway may still finish
   * requests, and cannot be asked any more.
   */
  boolean haveEndedThatLeft() {
    return areTheSameFor(leaving);
  }

  /** For how long each of the other gateways has had no request, in milliseconds by service. */
  List<Map<String, Long>> idleMillisOfOthers() throws IOException, InterruptedException {
    List<Map<String, Long>> others = new ArrayList<>();
    for (String address : addresses.subList(1, addresses.size())) {
      others.add(peers.idleMillis(address));
    }
    return others;
  }

  private static List<String> addresses(@Nullable Service service) {
    return service == null
        ? List.of()
        : service.instances().stream().map(Instance::address).toList();
  }
}
