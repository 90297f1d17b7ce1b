package zaguan.gateway.proxy;

import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import jakarta.inject.Singleton;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import zaguan.gateway.balancing.Upstream;
import zaguan.gateway.catalog.Instance;
import zaguan.gateway.routing.Route;
import zaguan.gateway.routing.RouteTable;
import zaguan.gateway.routing.Routes;
import zaguan.gateway.routing.ServiceSettings;
import zaguan.gateway.scaling.Wakers;
import zaguan.gateway.settings.GatewaySettings;
import zaguan.gateway.settings.TimeAndChance;

/** What all connections share. Any thread. */
@Singleton
final class Gateway {

  static final Logger LOG = LoggerFactory.getLogger("zaguan.gateway.proxy");

  private static final String ITSELF = "api-gateway";

  private final Routes routes;
  private final Wakers waker;
  private final Problems problems;
  private final ServiceSettings defaults;
  private final GatewaySettings configuration;
  private final List<IpSubnetFilterRule> trusted;
  private final LongSupplier clock;
  private final ClientFaults clientFaults;
  private final RequestIds requestIds;
  private final ConcurrentMap<EventLoop, Loop> loops = new ConcurrentHashMap<>();

  Gateway(
      Routes routes,
      Wakers waker,
      Problems problems,
      ServiceSettings defaults,
      GatewaySettings configuration,
      TimeAndChance timeAndChance) {
    this.routes = routes;
    this.waker = waker;
    this.problems = problems;
    this.defaults = defaults;
    this.configuration = configuration;
    clock = timeAndChance.nanoTime();
    clientFaults = new ClientFaults(clock, LOG::warn);
    requestIds = new RequestIds(timeAndChance.random()::nextLong);
    trusted = configuration.trustedProxies().stream().map(Gateway::network).toList();
  }

  RouteTable routes() {
    return routes.current();
  }

  Wakers waker() {
    return waker;
  }

  int maxHead() {
    return configuration.maxHead();
  }

  Duration finish() {
    return configuration.finish();
  }

  ClientFaults clientFaults() {
    return clientFaults;
  }

  RequestIds requestIds() {
    return requestIds;
  }

  FullHttpResponse problem(Outcome outcome) {
    return problems.response(outcome);
  }

  /** The page of routes, and the gateway's own endpoints. */
  boolean isOwn(String uri) {
    return uri.startsWith("/-/") || uri.equals("/") || uri.startsWith("/?");
  }

  /** The gateway as a service of its own, with this one instance. */
  RouteTable.Match itself(InetSocketAddress address, String path) {
    Instance instance =
        new Instance(
            "itself",
            ITSELF,
            "",
            address.getAddress().getHostAddress(),
            address.getPort(),
            1,
            List.of(),
            Map.of());
    Upstream upstream = new Upstream(ITSELF, defaults.maxConcurrency(), clock, bound -> 0);
    upstream.follow(List.of(instance), 0);
    return new RouteTable.Match(
        new Route("", ITSELF, List.of(instance), defaults, upstream, null), path);
  }

  boolean trusts(InetSocketAddress peer) {
    return trusted.stream().anyMatch(network -> network.matches(peer));
  }

  Loop loop(EventLoop eventLoop) {
    return loops.computeIfAbsent(eventLoop, each -> new Loop(each, clock));
  }

  Collection<Loop> loops() {
    return loops.values();
  }

  private static IpSubnetFilterRule network(String cidr) {
    try {
      return new IpSubnetFilterRule(cidr.strip(), IpFilterRuleType.ACCEPT);
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          "gateway.trusted-proxies has " + cidr + ", which is no network such as 10.0.0.0/8", e);
    }
  }
}
