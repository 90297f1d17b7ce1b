package zaguan.gateway.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import zaguan.gateway.balancing.Endpoint;
import zaguan.gateway.balancing.Turn;

/**
 * A request at one instance: what was chosen, and the connection to it once there is one. What the
 * connection tells is told to the exchange with the attempt that it is of. Only on its event loop.
 */
final class Attempt {

  private final Exchange exchange;
  private final Turn turn;
  private final long began;
  private @Nullable Connection connection;

  /** It was sent on a kept connection that broke, and is sent on a new one. */
  private boolean reopened;

  private boolean over;

  /**
   * @param began by the clock of its loop
   */
  Attempt(Exchange exchange, Turn turn, long began) {
    this.exchange = exchange;
    this.turn = turn;
    this.began = began;
  }

  Turn turn() {
    return turn;
  }

  Endpoint endpoint() {
    return turn.endpoint();
  }

  /** Of the request, for the log. */
  String requestId() {
    return exchange.requestId();
  }

  long began() {
    return began;
  }

  /** Null before there is one, and after it was lost or given back. */
  @Nullable Connection connection() {
    return connection;
  }

  /**
   * Sends the head, and what there is of the body.
   *
   * @return false if something has come on a kept connection that nobody asked for, or its end: it
   *     is closed then, and nothing was sent
   */
  boolean send(HttpRequest request, RequestBody body) {
    Connection to = Objects.requireNonNull(connection);
    to.begin(this, request);
    // As late as can be: what comes from now on may be an answer.
    if (to.used() && !to.isQuiet()) {
      connection = null;
      to.close();
      return false;
    }
    body.writeTo(to);
    to.flush();
    return true;
  }

  /** Whether a kept connection broke that the instance may have closed before the request came. */
  boolean mayReopen(Connection lost) {
    return lost.used() && !reopened;
  }

  void reopen() {
    reopened = true;
  }

  /** Gives up what it waits for; the instance sees its connection end. */
  void cancel() {
    over = true;
    if (connection != null) {
      connection.close();
      connection = null;
    }
    turn.end();
  }

  /**
   * Does without the response that has begun.
   *
   * @param sent whether the whole request was
   */
  void discard(boolean sent) {
    over = true;
    if (connection != null) {
      connection.discard(sent);
      connection = null;
    }
    turn.end();
  }

  /**
   * The response has ended.
   *
   * @param sent whether the whole request was
   */
  void end(boolean sent) {
    over = true;
    Connection served = Objects.requireNonNull(connection);
    connection = null;
    turn.end();
    if (sent) {
      served.release();
    } else {
      served.close();
    }
  }

  // What the connection tells.

  void connected(Connection opened) {
    if (over) {
      opened.unused();
    } else {
      connection = opened;
      exchange.connected(this);
    }
  }

  void refused() {
    if (!over) {
      exchange.refused(this);
    }
  }

  void head(HttpResponse response) {
    exchange.head(this, response);
  }

  void content(HttpContent content) {
    exchange.content(this, content);
  }

  void responseRead() {
    exchange.responseRead();
  }

  void instanceWritable(boolean writable) {
    exchange.instanceWritable(writable);
  }

  void brokenOff() {
    broken(null);
  }

  /**
   * The instance sent what is no HTTP, or can be read in two ways.
   *
   * @param reason what is wrong with it, to follow a colon
   */
  void unreadable(String reason) {
    broken(reason);
  }

  void tunnelled(ByteBuf bytes) {
    exchange.tunnelled(bytes);
  }

  private void broken(@Nullable String unreadable) {
    if (!over) {
      Connection lost = Objects.requireNonNull(connection);
      connection = null;
      exchange.broken(this, lost, unreadable);
    }
  }
}
