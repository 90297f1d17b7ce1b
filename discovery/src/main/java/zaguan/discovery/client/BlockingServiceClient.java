package zaguan.discovery.client;

import io.micronaut.core.type.Argument;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.client.BlockingHttpClient;
import io.micronaut.http.client.HttpClient;
import io.micronaut.http.client.exceptions.HttpClientException;
import java.util.Objects;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** A service's client for threads that may wait; not for event loops. */
final class BlockingServiceClient implements BlockingHttpClient {

  private final HttpClient client;

  BlockingServiceClient(HttpClient client) {
    this.client = client;
  }

  @Override
  public <I, O, E> HttpResponse<O> exchange(
      HttpRequest<I> request, Argument<O> bodyType, Argument<E> errorType) {
    if (Schedulers.isInNonBlockingThread()) {
      throw new HttpClientException(
          "a call waits for its answer, and this thread, "
              + Thread.currentThread().getName()
              + ", must not: annotate the method with @ExecuteOn(TaskExecutors.BLOCKING), or return"
              + " a Publisher");
    }
    return Objects.requireNonNull(
        Mono.from(client.exchange(request, bodyType, errorType)).block(), "no response");
  }

  @Override
  public boolean isRunning() {
    return client.isRunning();
  }

  @Override
  public void close() {
    client.close();
  }
}
