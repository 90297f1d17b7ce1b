package zaguan.discovery.client;

import io.micronaut.http.client.exceptions.HttpClientResponseException;
import io.micronaut.http.client.exceptions.ReadTimeoutException;
import io.micronaut.http.client.exceptions.ResponseClosedException;
import io.micronaut.websocket.exceptions.WebSocketClientException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import zaguan.discovery.balancing.Attempt;

/** What an exception of Micronaut's client says of the instance that was asked. */
sealed interface Failure {

  /** It took no connection, so that it has not seen the request. */
  record Refused() implements Failure {}

  /** It answered, with a status that is an exception for whoever called. */
  record Answered(int status) implements Failure {}

  /** The connection broke. */
  record Broken() implements Failure {}

  /** No response came in the time that Micronaut's client gives. */
  record Late() implements Failure {}

  /** It says nothing of the instance: the request could not be made, or a filter refused. */
  record OfCaller() implements Failure {}

  /** Tells it of the instance that was asked. */
  default void tell(Attempt attempt) {
    switch (this) {
      case Refused() -> attempt.refused();
      case Answered(int status) -> attempt.answered(status);
      case Broken() -> attempt.broken();
      case Late() -> attempt.late();
      case OfCaller() -> {}
    }
  }

  static Failure of(Throwable thrown) {
    if (thrown instanceof HttpClientResponseException answered) {
      return new Answered(answered.code());
    }
    if (thrown instanceof ReadTimeoutException) {
      return new Late();
    }
    if (thrown instanceof ResponseClosedException || isNoWebSocket(thrown)) {
      return new Broken();
    }
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof ConnectException
          || cause instanceof NoRouteToHostException
          || cause instanceof UnknownHostException
          || cause instanceof UnresolvedAddressException) {
        return new Refused();
      }
      if (cause instanceof IOException) {
        return new Broken();
      }
    }
    return new OfCaller();
  }

  /**
   * Whether the connection was closed, or refused, before it was a WebSocket: Micronaut's client
   * says so by these words alone, and does not tell the two apart.
   */
  private static boolean isNoWebSocket(Throwable thrown) {
    return thrown instanceof WebSocketClientException
        && thrown.getCause() == null
        && String.valueOf(thrown.getMessage()).startsWith("Error opening WebSocket client session");
  }
}
