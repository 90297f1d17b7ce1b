package zaguan.gateway.call;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.util.List;
import java.util.OptionalLong;
import zaguan.discovery.balancing.DeadlineField;

/**
 * Hears from a trusted client how long it waits for the response to begin, and drops the field: an
 * instance is told how much is left when it is asked. No instance is asked for a client that waits
 * no more.
 */
final class HearDeadline implements Call.Step {

  static final AsciiString FIELD = AsciiString.cached(DeadlineField.NAME);

  @Override
  public Next take(Call call) {
    HttpHeaders headers = call.request().headers();
    if (!headers.contains(FIELD)) {
      return Next.ON;
    }
    List<String> said = headers.getAll(FIELD);
    headers.remove(FIELD);
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
