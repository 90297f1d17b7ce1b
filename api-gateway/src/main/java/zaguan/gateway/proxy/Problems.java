package zaguan.gateway.proxy;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.server.exceptions.response.Error;
import io.micronaut.http.server.exceptions.response.ErrorContext;
import io.micronaut.http.server.exceptions.response.ErrorResponseProcessor;
import jakarta.inject.Singleton;
import java.util.stream.Collectors;

/** The one place where failures become statuses. */
@Singleton
final class Problems implements ErrorResponseProcessor<Problem> {

  private static final String SOON = "1";

  static MutableHttpResponse<Problem> of(Outcome outcome) {
    return switch (outcome) {
      case Outcome.BadPath() ->
          Problem.response(
              HttpStatus.BAD_REQUEST, "The path has a segment of dots; send it resolved.");
      case Outcome.NoRoute(String path) ->
          Problem.response(
              HttpStatus.NOT_FOUND,
              "No service is served at "
                  + path
                  + ". It must be registered in Consul and tagged public; / lists those that are.");
      case Outcome.NotLoaded() ->
          later("The gateway has not reached Consul yet, so it knows no service. Try again.");
      case Outcome.NoInstance(String service) ->
          later(service + " has no healthy instance at present. Try again.");
      case Outcome.BrokenOff(String service, String address) ->
          Problem.response(
              HttpStatus.BAD_GATEWAY,
              "The instance of "
                  + service
                  + " at "
                  + address
                  + " refused the connection, or broke it off before it answered.");
      case Outcome.TooLate(String service, String address) ->
          Problem.response(
              HttpStatus.GATEWAY_TIMEOUT,
              "The instance of " + service + " at " + address + " did not answer in time.");
    };
  }

  /**
   * Micronaut's own errors: a request that is no HTTP, too large, with a method that is not there.
   */
  @Override
  public MutableHttpResponse<Problem> processResponse(
      ErrorContext context, MutableHttpResponse<?> response) {
    HttpStatus status = response.status();
    String detail =
        status.getCode() >= 500
            ? "The gateway failed; its log says why."
            : context.getErrors().stream().map(Error::getMessage).collect(Collectors.joining("; "));
    return response
        .contentType(Problem.MEDIA_TYPE)
        .body(
            new Problem(
                status.getReason(),
                status.getCode(),
                detail.isEmpty() ? status.getReason() : detail));
  }

  private static MutableHttpResponse<Problem> later(String detail) {
    return Problem.response(HttpStatus.SERVICE_UNAVAILABLE, detail)
        .header(HttpHeaders.RETRY_AFTER, SOON);
  }
}
