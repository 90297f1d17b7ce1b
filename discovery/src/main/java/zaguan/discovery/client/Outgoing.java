package zaguan.discovery.client;

import io.micronaut.core.async.publisher.Publishers;
import io.micronaut.core.util.StringUtils;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.MutableHttpRequest;
import io.micronaut.http.body.ByteBody;
import java.io.InputStream;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import zaguan.discovery.balancing.DeadlineField;
import zaguan.discovery.balancing.Endpoint;
import zaguan.discovery.balancing.Methods;
import zaguan.discovery.http.PlainHttp;

/**
 * A request of a call, of which each attempt gets its own: Micronaut's client and its filters
 * change what they are given.
 *
 * @param request as the service made it
 * @param path with the query; begins with a slash
 * @param once whether two instances must not answer it at once, whatever its method
 */
record Outgoing(HttpRequest<?> request, String path, boolean once) {

  /** At a gateway: the path that leads to a service by its name. */
  private static final String BY_NAME = "/-/services/";

  /**
   * @param contextPath before every path; empty for none
   */
  static Outgoing of(HttpRequest<?> request, String contextPath, boolean once) {
    String path = request.getUri().toString();
    if (!contextPath.isEmpty()) {
      path = StringUtils.prependUri(contextPath, path);
    }
    return new Outgoing(request, path.startsWith("/") ? path : "/" + path, once);
  }

  /** As a gateway is to be asked for it. */
  Outgoing byName(String service) {
    return new Outgoing(request, BY_NAME + service + path, once);
  }

  /** Whether an instance may see it twice. */
  boolean isRepeatable() {
    return Methods.isIdempotent(request.getMethodName()) && isReplayable();
  }

  /** Whether two instances may see it at once. */
  boolean mayRace() {
    return !once && Methods.isSafe(request.getMethodName()) && isReplayable();
  }

  /** A body that is made as it is sent is there once. */
  private boolean isReplayable() {
    Object body = request.getBody().orElse(null);
    return body == null
        || !(Publishers.isConvertibleToPublisher(body)
            || body instanceof InputStream
            || body instanceof ByteBody);
  }

  /**
   * For one instance.
   *
   * @param left nanoseconds until the answer is of no use any more
   */
  MutableHttpRequest<Object> to(Endpoint endpoint, Origin origin, long left) {
    URI uri = PlainHttp.uri(endpoint.address(), path);
    MutableHttpRequest<Object> copy =
        HttpRequest.create(request.getMethod(), uri.toString(), request.getMethodName());
    request
        .getHeaders()
        .forEach((name, values) -> values.forEach(value -> copy.getHeaders().add(name, value)));
    request.getAttributes().forEach(copy::setAttribute);
    @Nullable Object body = request.getBody().orElse(null);
    if (body != null) {
      copy.body(body);
    }
    origin.identify(copy.getHeaders());
    copy.getHeaders().set(DeadlineField.NAME, DeadlineField.written(left));
    return copy;
  }
}
