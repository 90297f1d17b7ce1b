package zaguan.gateway.call;

import io.netty.handler.codec.http.HttpRequest;
import org.jspecify.annotations.Nullable;
import zaguan.discovery.balancing.Deadlines;
import zaguan.discovery.balancing.Methods;
import zaguan.discovery.balancing.Permit;
import zaguan.gateway.routing.Route;
import zaguan.gateway.routing.ServiceSettings;

/**
 * A request that was let in: what all that serve it share.
 *
 * @param request as the instance is to see it
 * @param upgrade the protocol that the client wants to change to; null if none
 * @param expectsContinue whether the client waits for 100 before it sends its body
 * @param permit given back when the response begins, or the call ends without
 */
record Admitted(
    ClientStream client,
    HttpRequest request,
    @Nullable String upgrade,
    boolean expectsContinue,
    RequestBody body,
    Route route,
    Permit permit,
    CallRecord record,
    Deadlines deadlines) {

  CallLoop loop() {
    return client.loop();
  }

  String service() {
    return route.service();
  }

  ServiceSettings settings() {
    return route.settings();
  }

  /** Who calls a service by its name follows its redirects as it says them. */
  boolean rewritesLocation() {
    return settings().rewriteLocation() && !route.prefix().isEmpty();
  }

  /** Whether it may be sent again though an instance may have seen it. */
  boolean isRepeatable() {
    return Methods.isIdempotent(request.method().name()) && upgrade == null;
  }
}
