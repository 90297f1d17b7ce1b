package zaguan.gateway.call;

import io.micronaut.http.HttpStatus;
import io.micronaut.json.JsonMapper;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import zaguan.discovery.balancing.DeadlineField;
import zaguan.gateway.scaling.WakeFailure;

/** The one place where failures become statuses. */
@Singleton
public final class Problems {

  private static final long SOON = 1;

  /** What a service may be asked by; other methods are passed on too. */
  private static final String ALLOWED = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";

  private final JsonMapper json;

  Problems(JsonMapper json) {
    this.json = json;
  }

  static Problem of(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Malformed(String reason) ->
          Problem.of(HttpStatus.BAD_REQUEST, "The request is malformed: " + reason);
      case Outcome.BadPath() ->
          Problem.of(HttpStatus.BAD_REQUEST, "The path has a segment of dots; send it resolved.");
      case Outcome.NoRoute(String path) ->
          Problem.of(
              HttpStatus.NOT_FOUND,
              "No service is served at "
                  + path
                  + ". It must be registered in Consul and tagged public; / lists those that are.");
      case Outcome.NoPage(String path) ->
          Problem.of(HttpStatus.NOT_FOUND, "The gateway has no page at " + path + ".");
      case Outcome.NotForPage(String path, String method, String allowed) ->
          Problem.of(
              HttpStatus.METHOD_NOT_ALLOWED,
              method + " is not for " + path + ", which allows: " + allowed + ".");
      case Outcome.NotTrusted(String path) ->
          Problem.of(
              HttpStatus.FORBIDDEN,
              path + " is for clients of the networks in gateway.trusted-proxies only.");
      case Outcome.PageFailed(String path) ->
          Problem.of(
              HttpStatus.INTERNAL_SERVER_ERROR,
              "The gateway failed to make " + path + "; its log says why.");
      case Outcome.TooSlow(String reason) ->
          Problem.of(HttpStatus.REQUEST_TIMEOUT, "The request came too slowly: " + reason + ".");
      case Outcome.BodyTooLarge(String service, long most) ->
          Problem.of(
              HttpStatus.REQUEST_ENTITY_TOO_LARGE,
              service + " takes bodies of up to " + most + " bytes.");
      case Outcome.HeadTooLarge() ->
          Problem.of(
              HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "The head of the request is too long.");
      case Outcome.NotImplemented(String method) ->
          Problem.of(HttpStatus.NOT_IMPLEMENTED, method + " is not for a gateway.");
      case Outcome.VersionNotSupported(String version) ->
          Problem.of(
              HttpStatus.HTTP_VERSION_NOT_SUPPORTED,
              "The request is in " + version + "; the gateway reads HTTP/1.1 and HTTP/2.");
      case Outcome.NotAllowed(String method) ->
          Problem.of(HttpStatus.METHOD_NOT_ALLOWED, method + " is not passed on to any service.");
      case Outcome.Options() ->
          Problem.of(HttpStatus.NO_CONTENT, "No problem: the methods are in Allow.");
      case Outcome.BrokenOff(String service, String address) ->
          Problem.of(
              HttpStatus.BAD_GATEWAY,
              "The instance of "
                  + service
                  + " at "
                  + address
                  + " refused the connection, or broke it off before it answered.");
      case Outcome.Unreadable(String service, String address, String reason) ->
          Problem.of(
              HttpStatus.BAD_GATEWAY,
              "The instance of "
                  + service
                  + " at "
                  + address
                  + " sent a response that cannot be read: "
                  + reason
                  + ".");
      case Outcome.NotLoaded() ->
          unavailable("The gateway has not reached Consul yet, so it knows no service. Try again.");
      case Outcome.NoService(String name) ->
          unavailable(
              "No service of the name "
                  + name
                  + " is registered in Consul or known to sleep. Is it deployed?");
      case Outcome.NoInstance(String service) ->
          unavailable(service + " has no healthy instance at present. Try again.");
      case Outcome.Asleep(WakeFailure why) -> unavailable(why.reason());
      case Outcome.Overloaded(String service) ->
          unavailable(service + " has as many requests as it bears. Try again later.");
      case Outcome.CallerGone(String service) ->
          Problem.of(
              HttpStatus.GATEWAY_TIMEOUT,
              "The time that the request gave in "
                  + DeadlineField.NAME
                  + " was over before "
                  + service
                  + " had begun its response.");
      case Outcome.TooLate(String service, String address) ->
          Problem.of(
              HttpStatus.GATEWAY_TIMEOUT,
              "The instance of " + service + " at " + address + " did not answer in time.");
    };
  }

  /** With Retry-After where waiting helps. */
  public FullHttpResponse response(Outcome outcome) {
    if (outcome instanceof Outcome.Options) {
      FullHttpResponse options =
          new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.NO_CONTENT);
      options.headers().set(HttpHeaderNames.ALLOW, ALLOWED);
      return options;
    }
    Problem problem = of(outcome);
    byte[] body;
    try {
      body = json.writeValueAsBytes(problem);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            HttpResponseStatus.valueOf(problem.status()),
            Unpooled.wrappedBuffer(body));
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, Problem.MEDIA_TYPE.toString())
        .set(HttpHeaderNames.CONTENT_LENGTH, body.length);
    if (problem.status() == HttpStatus.SERVICE_UNAVAILABLE.getCode()) {
      response.headers().set(HttpHeaderNames.RETRY_AFTER, retryAfter(outcome));
    }
    if (outcome instanceof Outcome.NotAllowed) {
      response.headers().set(HttpHeaderNames.ALLOW, ALLOWED);
    } else if (outcome instanceof Outcome.NotForPage page) {
      response.headers().set(HttpHeaderNames.ALLOW, page.allowed());
    }
    return response;
  }

  private static long retryAfter(Outcome outcome) {
    return outcome instanceof Outcome.Asleep(WakeFailure why)
        ? Math.max(SOON, why.retryAfter().plusMillis(999).toSeconds())
        : SOON;
  }

  private static Problem unavailable(String detail) {
    return Problem.of(HttpStatus.SERVICE_UNAVAILABLE, detail);
  }
}
