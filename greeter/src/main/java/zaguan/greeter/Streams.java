package zaguan.greeter;

import io.micronaut.runtime.graceful.GracefulShutdownCapable;
import jakarta.inject.Singleton;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/** Ends responses that have no end of their own, when the greeter is told to stop. */
@Singleton
class Streams implements GracefulShutdownCapable {

  private final Sinks.Empty<Void> stopping = Sinks.empty();

  <T> Flux<T> untilStopped(Flux<T> stream) {
    return stream.takeUntilOther(stopping.asMono());
  }

  @Override
  public CompletionStage<?> shutdownGracefully() {
    stopping.tryEmitEmpty(); // If it is told twice, the streams have ended already.
    return CompletableFuture.completedStage(null);
  }
}
