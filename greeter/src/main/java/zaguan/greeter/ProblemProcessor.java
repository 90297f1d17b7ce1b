package zaguan.greeter;

import io.micronaut.http.HttpStatus;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.server.exceptions.response.Error;
import io.micronaut.http.server.exceptions.response.ErrorContext;
import io.micronaut.http.server.exceptions.response.ErrorResponseProcessor;
import jakarta.inject.Singleton;
import java.util.stream.Collectors;

/** Turns each error, Micronaut's own among them, into a {@link Problem}. */
@Singleton
class ProblemProcessor implements ErrorResponseProcessor<Problem> {

  @Override
  public MutableHttpResponse<Problem> processResponse(
      ErrorContext context, MutableHttpResponse<?> response) {
    HttpStatus status = response.status();
    String detail =
        status.getCode() >= 500
            ? "The service failed; its log says why."
            : context.getErrors().stream().map(Error::getMessage).collect(Collectors.joining("; "));
    return response
        .contentType(Problem.MEDIA_TYPE)
        .body(
            new Problem(
                status.getReason(),
                status.getCode(),
                detail.isEmpty() ? status.getReason() : detail,
                context.getRequest().getPath()));
  }
}
