package zaguan.greeter;

import io.micronaut.runtime.graceful.GracefulShutdownCapable;
import jakarta.inject.Singleton;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/** Responses without an end of their own, which end when the greeter is told to stop. */
@Singleton
class Streams implements GracefulShutdownCapable {

  private final Sinks.Empty<Void> stopping = Sinks.empty();

  <T> Flux<T> untilStopped(Flux<T> stream) {
    return stream.takeUntilOther(stopping.asMono());
  }

  @Override
  public CompletionStage<?> shutdownGracefully() {
    stopping.tryEmitEmpty(); // Told twice, they have ended.
    return CompletableFuture.completedStage(null);
  }
}
