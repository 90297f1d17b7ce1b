package zaguan.yourservice;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.client.exceptions.HttpClientException;
import io.micronaut.http.server.exceptions.ExceptionHandler;
import io.micronaut.http.server.exceptions.response.ErrorContext;
import io.micronaut.http.server.exceptions.response.ErrorResponseProcessor;
import jakarta.inject.Singleton;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers 503 where a call of another service fails: the client may try again. */
@Singleton
class FailedCall implements ExceptionHandler<HttpClientException, HttpResponse<?>> {

  private static final Logger LOG = LoggerFactory.getLogger(FailedCall.class);

  private final ErrorResponseProcessor<?> problems;

  FailedCall(ErrorResponseProcessor<?> problems) {
    this.problems = problems;
  }

  @Override
  @SuppressWarnings("rawtypes") // As the interface has it.
  public HttpResponse<?> handle(HttpRequest request, HttpClientException e) {
    LOG.warn("A call failed for {}: {}", request.getMethodName(), e.getMessage());
    return problems.processResponse(
        ErrorContext.builder(request).cause(e).build(),
        HttpResponse.serverError().status(503).header("Retry-After", "1"));
  }
}
