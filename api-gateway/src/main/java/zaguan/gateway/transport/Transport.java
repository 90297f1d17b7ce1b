package zaguan.gateway.transport;

import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import jakarta.inject.Singleton;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import zaguan.discovery.settings.TimeAndChance;
import zaguan.gateway.call.Calls;
import zaguan.gateway.call.Outcome;
import zaguan.gateway.call.Problems;
import zaguan.gateway.call.RequestIds;
import zaguan.gateway.pages.Page;
import zaguan.gateway.settings.GatewaySettings;

/** What all connections share. Any thread. */
@Singleton
final class Transport {

  private static final Logger LOG = LoggerFactory.getLogger(Transport.class);

  private final Calls calls;
  private final Problems problems;
  private final GatewaySettings configuration;
  private final List<IpSubnetFilterRule> trusted;
  private final LongSupplier clock;
  private final ClientFaults clientFaults;
  private final RequestIds requestIds;
  private final ConcurrentMap<EventLoop, Loop> loops = new ConcurrentHashMap<>();

  Transport(
      Calls calls, Problems problems, GatewaySettings configuration, TimeAndChance timeAndChance) {
    this.calls = calls;
    this.problems = problems;
    this.configuration = configuration;
    clock = timeAndChance.nanoTime();
    clientFaults = new ClientFaults(clock, LOG::warn);
    requestIds = new RequestIds(timeAndChance.random()::nextLong);
    trusted = configuration.trustedProxies().stream().map(Transport::network).toList();
  }

  Calls calls() {
    return calls;
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

  FullHttpResponse response(Page page) {
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            HttpResponseStatus.valueOf(page.status()),
            Unpooled.wrappedBuffer(page.body()));
    if (page.status() != HttpResponseStatus.NO_CONTENT.code()) {
      response
          .headers()
          .set(HttpHeaderNames.CONTENT_TYPE, page.mediaType())
          .set(HttpHeaderNames.CONTENT_LENGTH, page.body().length);
    }
    return response;
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
