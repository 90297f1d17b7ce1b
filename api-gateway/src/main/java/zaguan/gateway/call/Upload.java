package zaguan.gateway.call;

import io.netty.handler.codec.http.HttpContent;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import zaguan.discovery.balancing.Deadlines;
import zaguan.gateway.routing.ServiceSettings;

/**
 * The body of a request on its way to the instance: no longer than its bound, as fast as it must
 * come, and no faster than the instance takes it. Only on the event loop of the call.
 */
final class Upload {

  /** An instance that ignores Expect never says 100, and its body must come all the same. */
  private static final long CONTINUE = TimeUnit.SECONDS.toNanos(1);

  private final ClientStream client;
  private final ServiceSettings settings;
  private final RequestBody body;
  private final Deadlines deadlines;
  private boolean awaitsContinue;

  Upload(Admitted admitted) {
    client = admitted.client();
    settings = admitted.settings();
    body = admitted.body();
    deadlines = admitted.deadlines();
    awaitsContinue = admitted.expectsContinue();
  }

  /** Takes the part over; false if the body is too long. */
  boolean add(HttpContent part) {
    deadlines.bodyCame(part.content().readableBytes());
    body.add(part);
    return body.length() <= settings.maxBody();
  }

  /** Writes what there is, if there is a connection. */
  void sendTo(@Nullable InstanceStream stream) {
    if (stream != null) {
      body.writeTo(stream);
    }
  }

  /** What has come at once was read: it is sent, and more is read if there is room for it. */
  void flush(Attempts attempts) {
    InstanceStream stream = attempts.stream();
    if (stream != null) {
      stream.flush();
      // A flush that fails ends the connection before it returns.
      if (attempts.stream() != null && !stream.isWritable()) {
        client.read(false);
      }
    } else if (body.full()) {
      client.read(false);
    }
  }

  /** The client may send its body, if it waits for that. */
  void letContinue() {
    if (awaitsContinue) {
      awaitsContinue = false;
      if (!client.http10()) {
        Responses.toContinue(client);
      }
    }
  }

  /** While the body comes: why that has taken too long, if it has; null if not. */
  @Nullable Outcome look(Attempts attempts, long now) {
    if (attempts.asked(now) > CONTINUE) {
      letContinue();
    }
    attempts.lookAtLoad(now);
    boolean taken = client.reads();
    if (deadlines.isBodyLate(taken, now)) {
      return Outcome.TooSlow.body(settings.leastBodyRate());
    }
    InstanceStream stream = attempts.stream();
    if (stream != null && deadlines.hasProgressed(stream.bytesBeforeWritable(), now)) {
      return null;
    }
    if (!deadlines.isIdle(settings.idleTimeout(), now)) {
      return null;
    }
    if (taken) {
      return Outcome.TooSlow.standing(settings.idleTimeout());
    }
    attempts.late(); // It is the instance that takes no more.
    return null;
  }
}
