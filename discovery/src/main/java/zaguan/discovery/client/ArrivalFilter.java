package zaguan.discovery.client;

import io.micronaut.context.annotation.Requires;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.runtime.server.EmbeddedServer;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import zaguan.discovery.balancing.DeadlineField;
import zaguan.discovery.settings.TimeAndChance;

/**
 * Notes by when a request wants its response to begin: its own calls must not outlive that. What a
 * stream does after its response has begun is bound by it no more.
 */
@ServerFilter(ServerFilter.MATCH_ALL_PATTERN)
@Requires(classes = EmbeddedServer.class)
final class ArrivalFilter {

  /** Attribute of a request: by when its answer is wanted, in nanoseconds of the clock. */
  static final String DEADLINE = "zaguan.deadline";

  /** The response has begun. */
  static final long NONE = Long.MAX_VALUE;

  private final LongSupplier clock;

  ArrivalFilter(TimeAndChance timeAndChance) {
    clock = timeAndChance.nanoTime();
  }

  @RequestFilter
  void note(HttpRequest<?> request) {
    OptionalLong millis = DeadlineField.read(request.getHeaders().get(DeadlineField.NAME));
    if (millis.isPresent()) {
      long left = TimeUnit.MILLISECONDS.toNanos(millis.getAsLong());
      request.setAttribute(DEADLINE, clock.getAsLong() + left);
    }
  }

  @ResponseFilter
  void responds(HttpRequest<?> request) {
    if (request.getAttribute(DEADLINE).isPresent()) {
      request.setAttribute(DEADLINE, NONE);
    }
  }
}
