package zaguan.gateway.call;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import zaguan.discovery.balancing.Attempt;
import zaguan.discovery.balancing.Deadlines;
import zaguan.gateway.scaling.Wakers;

/**
 * A request that was let in, and its response: what the client sends goes to whom {@link Dispatch}
 * asks, and what that instance answers goes to the client. Only on the event loop of the client's
 * connection, on which those to the instances are too; nothing here waits.
 */
final class Exchange implements Answering {

  /** It only ever goes on. */
  private enum Phase {
    /** No response has begun. */
    ASKING,
    RESPONDING,
    TUNNELLING,
    OVER
  }

  private final Admitted admitted;
  private final ClientStream client;
  private final RequestBody body;
  private final CallRecord record;
  private final Deadlines deadlines;
  private final Dispatch dispatch;
  private final Attempts attempts;
  private final Upload upload;
  private Phase phase = Phase.ASKING;
  private @Nullable Tunnel tunnel;

  Exchange(Admitted admitted, Wakers wakers) {
    this.admitted = admitted;
    client = admitted.client();
    body = admitted.body();
    record = admitted.record();
    deadlines = admitted.deadlines();
    dispatch = new Dispatch(this, admitted, wakers);
    attempts = dispatch.attempts();
    upload = new Upload(admitted);
  }

  private void enter(Phase next) {
    if (next.compareTo(phase) <= 0) {
      throw new IllegalStateException(phase + " does not become " + next);
    }
    phase = next;
  }

  // What the client does.

  /** Asks the first instance. */
  void begin() {
    if (body.complete()) {
      record.requestComplete(deadlines.requestComplete());
    }
    dispatch.begin();
  }

  /** Takes the part over. */
  void body(HttpContent part) {
    if (phase == Phase.OVER) {
      part.release();
      return;
    }
    if (!upload.add(part)) {
      failed(new Outcome.BodyTooLarge(admitted.service(), admitted.settings().maxBody()));
    } else if (!body.complete() || completed()) {
      upload.sendTo(attempts.stream());
    }
  }

  /** False if the service has no room for it now that it has come. */
  private boolean completed() {
    long now = deadlines.requestComplete();
    record.requestComplete(now);
    if (!admitted.permit().requested()) {
      failed(new Outcome.Overloaded(admitted.service()));
      return false;
    }
    attempts.requestComplete(now);
    return true;
  }

  void requestRead() {
    if (phase != Phase.OVER) {
      upload.flush(attempts);
    }
  }

  void clientWritable(boolean writable) {
    InstanceStream stream = attempts.stream();
    if (stream != null) {
      deadlines.moved();
      stream.read(writable);
    }
  }

  void tunnelledByClient(ByteBuf bytes) {
    deadlines.moved();
    record.received(bytes.readableBytes());
    if (tunnel == null || attempts.stream() == null) {
      bytes.release();
    } else {
      tunnel.toInstance(bytes);
    }
  }

  void gone() {
    if (phase == Phase.TUNNELLING) {
      stop();
      record.answered(CallRecord.Ending.CLOSED);
    } else if (phase != Phase.OVER) {
      stop();
      record.left();
    }
  }

  // What the instance does.

  @Override
  public void sent() {
    client.read(true);
  }

  @Override
  public void interim(HttpResponse head, boolean taken) {
    if (head.status().code() == 100) {
      upload.letContinue();
    } else if (taken && !client.http10()) {
      Responses.interim(client, head);
    }
  }

  @Override
  public void head(Attempt by, HttpResponse head) {
    admitted.permit().answered();
    body.forget();
    if (head.status().code() == 101) {
      change(by, head);
      return;
    }
    enter(Phase.RESPONDING);
    record.begins(by);
    if (!body.complete()) {
      client.endAfterThis();
    }
    if (admitted.rewritesLocation()) {
      Locations.putBack(
          head.headers(),
          admitted.request().headers(),
          admitted.route().prefix(),
          by.endpoint().address());
    }
    Responses.head(client, head, admitted.request().method().equals(HttpMethod.HEAD));
  }

  private void change(Attempt by, HttpResponse head) {
    String upgrade = admitted.upgrade();
    if (upgrade == null) {
      failed(new Outcome.BrokenOff(admitted.service(), by.endpoint().address()));
    } else {
      enter(Phase.TUNNELLING);
      record.begins(by);
      tunnel = new Tunnel(client, Objects.requireNonNull(attempts.stream()));
      tunnel.begin(head, upgrade);
    }
  }

  @Override
  public void content(HttpContent part) {
    boolean last = part instanceof LastHttpContent;
    FieldNames.dropFieldsOfHead(part);
    record.sent(part.content().readableBytes());
    client.write(part);
    if (last && phase != Phase.OVER) {
      enter(Phase.OVER);
      attempts.end();
      body.release();
      record.received(body.length());
      record.answered(CallRecord.Ending.ANSWERED);
      client.flush();
      client.responseEnded();
    }
  }

  @Override
  public void responseRead() {
    client.flush();
    // A flush that fails ends the call before it returns.
    InstanceStream stream = attempts.stream();
    if (stream != null && !client.isWritable()) {
      stream.read(false);
    }
  }

  @Override
  public void instanceWritable(boolean writable) {
    deadlines.moved();
    client.read(writable);
  }

  @Override
  public void tunnelled(ByteBuf bytes) {
    record.sent(bytes.readableBytes());
    Objects.requireNonNull(tunnel).toClient(bytes);
  }

  @Override
  public void lost() {
    if (phase == Phase.TUNNELLING) {
      stop();
      record.answered(CallRecord.Ending.CLOSED);
      client.closeAfterWrites();
    } else {
      breakOff(Fault.INSTANCE);
    }
  }

  // Time.

  void tick(long now) {
    switch (phase) {
      case ASKING -> lookAtRequest(now);
      case RESPONDING -> {
        if (!deadlines.hasProgressed(client.bytesBeforeWritable(), now)
            && deadlines.isIdle(admitted.settings().idleTimeout(), now)) {
          breakOff(client.isWritable() && body.complete() ? Fault.INSTANCE : Fault.CLIENT);
        }
      }
      case TUNNELLING -> {
        if (deadlines.isIdle(Tunnel.IDLE, now)) {
          breakOff(Fault.NOBODY);
        }
      }
      case OVER -> {}
    }
  }

  private void lookAtRequest(long now) {
    if (deadlines.isCallerGone(now)) {
      failed(new Outcome.CallerGone(admitted.service())); // No instance is to blame for that.
    } else if (dispatch.waits()) {
      dispatch.lookAtWait(now);
    } else if (!body.complete()) {
      Outcome late = upload.look(attempts, now);
      if (late != null) {
        failed(late);
      }
    } else if (deadlines.isResponseLate(now)) {
      attempts.late();
    } else {
      attempts.lookBeside(now);
    }
  }

  // The end.

  /** The client must see that the response, if it has begun, is broken. */
  @Override
  public void failed(Outcome why) {
    if (phase != Phase.ASKING) {
      breakOff(Fault.of(why));
      return;
    }
    if (why instanceof Outcome.TooLate) {
      admitted.permit().answered(); // That tells, too, how long requests take now.
    }
    stop();
    record.failed(why);
    client.answer(why);
  }

  private void breakOff(Fault whose) {
    if (phase != Phase.OVER) { // The client may have gone while something was written to it.
      stop();
      record.broken(whose);
      client.abort();
    }
  }

  private void stop() {
    enter(Phase.OVER);
    dispatch.stop();
    admitted.permit().left();
    record.received(body.length());
    body.release();
  }
}
