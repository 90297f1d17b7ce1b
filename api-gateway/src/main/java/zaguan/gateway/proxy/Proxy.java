package zaguan.gateway.proxy;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.MutableHttpRequest;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.Filter;
import io.micronaut.http.client.ProxyHttpClient;
import io.micronaut.http.client.exceptions.ReadTimeoutException;
import io.micronaut.http.filter.HttpServerFilter;
import io.micronaut.http.filter.ServerFilterChain;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import zaguan.gateway.GatewayConfiguration;
import zaguan.gateway.catalog.Instance;
import zaguan.gateway.routing.Balancer;
import zaguan.gateway.routing.RouteTable;
import zaguan.gateway.routing.Routes;

/**
 * The path of a request: match, choose, send, answer. Bodies stream both ways; nothing is buffered,
 * and nothing here waits.
 */
@Filter(Filter.MATCH_ALL_PATTERN)
final class Proxy implements HttpServerFilter {

  /** The page of routes, and the gateway's own endpoints. */
  private static final Pattern OWN = Pattern.compile("/|/-/.*");

  /** A segment of one or two dots, encoded or not. */
  private static final Pattern DOTS = Pattern.compile("(?i)/(\\.|%2e){1,2}(/|%2f|$)");

  private final Routes routes;
  private final Balancer balancer;
  private final ProxyHttpClient client;
  private final GatewayConfiguration configuration;

  Proxy(
      Routes routes,
      Balancer balancer,
      ProxyHttpClient client,
      GatewayConfiguration configuration) {
    this.routes = routes;
    this.balancer = balancer;
    this.client = client;
    this.configuration = configuration;
  }

  @Override
  public Publisher<MutableHttpResponse<?>> doFilter(
      HttpRequest<?> request, ServerFilterChain chain) {
    String path = request.getUri().getRawPath();
    if (OWN.matcher(path).matches()) {
      return chain.proceed(request);
    }
    if (DOTS.matcher(path).find()) {
      return Mono.just(Problems.of(new Outcome.BadPath()));
    }
    RouteTable table = routes.current();
    RouteTable.Match match = table.match(path);
    if (match == null) {
      return Mono.just(
          Problems.of(table.loaded() ? new Outcome.NoRoute(path) : new Outcome.NotLoaded()));
    }
    String service = match.route().service();
    Optional<Instance> instance = balancer.choose(service, match.route().instances());
    if (instance.isEmpty()) {
      return Mono.just(Problems.of(new Outcome.NoInstance(service)));
    }
    return send(request, match, instance.get());
  }

  private Mono<MutableHttpResponse<?>> send(
      HttpRequest<?> request, RouteTable.Match match, Instance instance) {
    boolean close = Headers.asksToClose(request);
    // Shares its headers with the request.
    MutableHttpRequest<?> upstream = request.mutate();
    upstream.uri(target(request, match, instance));
    Headers.addForwarded(request, upstream.getHeaders(), match.route().prefix());
    Headers.removeHopByHop(upstream.getHeaders());
    // The gateway takes the body in any case; an instance that ignores Expect would never get it.
    upstream.getHeaders().remove(HttpHeaders.EXPECT);

    Mono<MutableHttpResponse<?>> response = Mono.from(client.proxy(upstream));
    if (!hasBody(request)) {
      response = response.timeout(configuration.responseTimeout());
    }
    return response
        .onErrorResume(failure -> Mono.just(Problems.of(outcome(failure, instance))))
        .doOnNext(
            answer -> {
              Headers.removeHopByHop(answer.getHeaders());
              if (close) {
                answer.header(HttpHeaders.CONNECTION, "close");
              }
            });
  }

  private static URI target(HttpRequest<?> request, RouteTable.Match match, Instance instance) {
    String query = request.getUri().getRawQuery();
    return URI.create(
        "http://" + instance.address() + match.rest() + (query == null ? "" : "?" + query));
  }

  private static boolean hasBody(HttpRequest<?> request) {
    return request.getContentLength() > 0
        || request
            .getHeaders()
            .findFirst("Transfer-Encoding")
            .filter(encoding -> encoding.toLowerCase(Locale.ROOT).contains("chunked"))
            .isPresent();
  }

  private static Outcome outcome(Throwable failure, Instance instance) {
    if (failure instanceof TimeoutException || failure instanceof ReadTimeoutException) {
      return new Outcome.TooLate(instance.service(), instance.address());
    }
    return new Outcome.BrokenOff(instance.service(), instance.address());
  }
}
