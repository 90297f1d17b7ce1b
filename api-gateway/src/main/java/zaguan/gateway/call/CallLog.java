package zaguan.gateway.call;

import jakarta.inject.Singleton;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import zaguan.discovery.balancing.Attempt;
import zaguan.discovery.balancing.Endpoint;
import zaguan.discovery.logging.Printable;
import zaguan.gateway.routing.Route;

/**
 * What the log says of calls when they have ended: what instances sent that is no HTTP, a line a
 * minute for an instance; each call at level debug.
 */
@Singleton
final class CallLog implements CallObserver {

  private static final Logger LOG = LoggerFactory.getLogger(CallLog.class);

  private static final int LONGEST = 240;

  @Override
  public void ended(CallRecord call) {
    Route route = call.route();
    if (route != null) {
      for (Attempt attempt : call.attempts()) {
        complain(call, route, attempt);
      }
    }
    if (LOG.isDebugEnabled()) {
      LOG.debug("{}", line(call));
    }
  }

  private static void complain(CallRecord call, Route route, Attempt attempt) {
    if (attempt.fault() == null) {
      return;
    }
    Endpoint endpoint = attempt.endpoint();
    String what = "request " + call.requestId() + ": " + attempt.fault();
    String line = endpoint.complaint(what, call.ended());
    if (line != null) {
      LOG.warn(
          "{} at {} sent what is no valid HTTP, {}", route.service(), endpoint.address(), line);
    }
  }

  private static String line(CallRecord call) {
    StringBuilder line =
        new StringBuilder(call.requestId())
            .append(' ')
            .append(call.method())
            .append(' ')
            .append(Printable.of(call.target(), LONGEST))
            .append(": ")
            .append(call.ending())
            .append(' ')
            .append(call.status())
            .append(" in ")
            .append(millis(call.ended() - call.began()))
            .append(" ms, fault of ")
            .append(call.fault())
            .append(", ")
            .append(call.received())
            .append(" bytes in, ")
            .append(call.sent())
            .append(" out");
    if (call.waits() > 0) {
      line.append(", waited ").append(millis(call.waited())).append(" ms");
    }
    for (Attempt attempt : call.attempts()) {
      line.append("; ")
          .append(attempt.endpoint().address())
          .append(' ')
          .append(attempt.result())
          .append(" after ")
          .append(millis(attempt.settled() - attempt.chosen()))
          .append(" ms");
    }
    return line.toString();
  }

  private static long millis(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(nanos);
  }
}
