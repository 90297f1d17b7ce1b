package zaguan.discovery.client;

import io.micronaut.core.propagation.PropagatedContext;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.MutableHttpHeaders;
import io.micronaut.http.context.ServerRequestContext;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The request that the service answers while it calls another one: what a call takes over from it.
 *
 * @param request null if the service calls of its own accord
 * @param context of Micronaut, for its own client
 */
record Origin(@Nullable HttpRequest<?> request, PropagatedContext context) {

  /**
   * W3C's <a href="https://www.w3.org/TR/trace-context/">trace context</a>, and the request's ID.
   */
  private static final List<String> IDENTIFIERS =
      List.of("X-Request-ID", "traceparent", "tracestate", "baggage");

  /** That of the present thread. */
  static Origin here() {
    Optional<HttpRequest<Object>> request = ServerRequestContext.currentRequest();
    return new Origin(request.orElse(null), PropagatedContext.getOrEmpty());
  }

  /**
   * By when the caller wants its own answer, by that clock.
   *
   * @param otherwise if it does not say
   */
  long deadline(LongSupplier clock, long otherwise) {
    if (request == null) {
      return otherwise;
    }
    long now = clock.getAsLong();
    long left = left(now, request);
    return left < otherwise - now ? now + left : otherwise;
  }

  /** A WebSocket goes on long after the request that began it. */
  private static long left(long now, HttpRequest<?> request) {
    Object noted = request.getAttribute(ArrivalFilter.DEADLINE).orElse(null);
    return !(noted instanceof Long by)
            || by == ArrivalFilter.NONE
            || request.getHeaders().contains(HttpHeaders.UPGRADE)
        ? Long.MAX_VALUE
        : by - now;
  }

  /** Passes the identifiers on, unless the call has its own. */
  void identify(MutableHttpHeaders headers) {
    if (request == null) {
      return;
    }
    for (String name : IDENTIFIERS) {
      String value = request.getHeaders().get(name);
      if (value != null && !headers.contains(name)) {
        headers.add(name, value);
      }
    }
  }
}
