package zaguan.gateway.call;

import io.netty.handler.codec.http.HttpHeaders;
import java.util.List;
import java.util.OptionalLong;
import zaguan.discovery.balancing.DeadlineField;

/**
 * Hears from a trusted client how long it waits for the response to begin, and drops the field: an
 * instance is told how much is left when it is asked. No instance is asked for a client that waits
 * no more.
 */
final class HearDeadline implements Call.Step {

  @Override
  public Next take(Call call) {
    HttpHeaders headers = call.request().headers();
    if (!headers.contains(Headers.DEADLINE)) {
      return Next.ON;
    }
    List<String> said = headers.getAll(Headers.DEADLINE);
    headers.remove(Headers.DEADLINE);
    if (!call.client().trusted() || said.size() > 1) { // Of two, neither is the one that is meant.
      return Next.ON;
    }
    OptionalLong millis = DeadlineField.read(said.getFirst());
    if (millis.isPresent()) {
      if (millis.getAsLong() == 0) {
        return Next.end(new Outcome.CallerGone(call.route().service()));
      }
      call.waitsFor(millis.getAsLong());
    }
    return Next.ON;
  }
}
