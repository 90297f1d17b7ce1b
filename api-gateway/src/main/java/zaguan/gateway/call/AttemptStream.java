package zaguan.gateway.call;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import zaguan.discovery.balancing.Attempt;
import zaguan.discovery.balancing.Endpoint;

/**
 * A request at one instance: what was chosen, and the connection to it once there is one. What the
 * connection tells is told to the call. Only on its event loop.
 */
final class AttemptStream implements InstanceStream.Listener {

  /** Who is told what comes of an attempt, until it was cancelled, discarded or ended. */
  interface Owner {

    /** Of the request, for the log. */
    String requestId();

    /** There is a connection, on which nothing was sent yet. */
    void connected(AttemptStream to);

    /** The instance took no connection, so that it has not seen the request. */
    void refused(AttemptStream refused);

    /** As {@link InstanceStream.Listener#head}. */
    void head(AttemptStream from, HttpResponse response);

    /** As {@link InstanceStream.Listener#responseRead}. */
    void responseRead();

    /**
     * The connection is lost.
     *
     * @param unreadable what is wrong with what came on it, to follow a colon; null if it broke off
     */
    void broken(AttemptStream broken, InstanceStream lost, @Nullable String unreadable);
  }

  private final Owner owner;
  private final Answering call;
  private final Attempt attempt;
  private @Nullable InstanceStream stream;

  /** It was sent on a kept connection that broke, and is sent on a new one. */
  private boolean reopened;

  private boolean over;

  AttemptStream(Owner owner, Answering call, Attempt attempt) {
    this.owner = owner;
    this.call = call;
    this.attempt = attempt;
  }

  Attempt attempt() {
    return attempt;
  }

  Endpoint endpoint() {
    return attempt.endpoint();
  }

  @Override
  public String requestId() {
    return owner.requestId();
  }

  /** Null before there is one, and after it was lost or given back. */
  @Nullable InstanceStream stream() {
    return stream;
  }

  /**
   * Sends the head, and what there is of the body.
   *
   * @return false if something has come on a kept connection that nobody asked for, or its end: it
   *     is closed then, and nothing was sent
   */
  boolean send(HttpRequest request, RequestBody body) {
    InstanceStream to = Objects.requireNonNull(stream);
    to.begin(this, request);
    // As late as can be: what comes from now on may be an answer.
    if (to.used() && !to.isQuiet()) {
      stream = null;
      to.close();
      return false;
    }
    body.writeTo(to);
    to.flush();
    return true;
  }

  /** Whether a kept connection broke that the instance may have closed before the request came. */
  boolean mayReopen(InstanceStream lost) {
    return lost.used() && !reopened;
  }

  void reopen() {
    reopened = true;
  }

  /** Gives up what it waits for; the instance sees its connection end. */
  void cancel() {
    over = true;
    if (stream != null) {
      stream.close();
      stream = null;
    }
    attempt.end();
  }

  /**
   * Does without the response that has begun.
   *
   * @param sent whether the whole request was
   */
  void discard(boolean sent) {
    over = true;
    if (stream != null) {
      stream.discard(sent);
      stream = null;
    }
    attempt.end();
  }

  /**
   * The response has ended.
   *
   * @param sent whether the whole request was
   */
  void end(boolean sent) {
    over = true;
    InstanceStream served = Objects.requireNonNull(stream);
    stream = null;
    attempt.end();
    if (sent) {
      served.release();
    } else {
      served.close();
    }
  }

  // What the connection tells.

  @Override
  public void connected(InstanceStream opened) {
    if (over) {
      opened.unused();
    } else {
      stream = opened;
      owner.connected(this);
    }
  }

  @Override
  public void refused() {
    if (!over) {
      owner.refused(this);
    }
  }

  @Override
  public void head(HttpResponse response) {
    owner.head(this, response);
  }

  @Override
  public void content(HttpContent content) {
    call.content(content);
  }

  @Override
  public void responseRead() {
    owner.responseRead();
  }

  @Override
  public void instanceWritable(boolean writable) {
    call.instanceWritable(writable);
  }

  @Override
  public void brokenOff() {
    broken(null);
  }

  @Override
  public void unreadable(String reason) {
    broken(reason);
  }

  @Override
  public void tunnelled(ByteBuf bytes) {
    call.tunnelled(bytes);
  }

  private void broken(@Nullable String unreadable) {
    if (!over) {
      InstanceStream lost = Objects.requireNonNull(stream);
      stream = null;
      owner.broken(this, lost, unreadable);
    }
  }
}
