package zaguan.gateway.transport;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import zaguan.gateway.call.Requests;

/**
 * What a client's stream knows of the request that it serves, or served last. One for a stream,
 * which fills it again with each request. Only on its event loop.
 */
final class CurrentRequest {

  /** What is read of a body that nobody wants, to keep the connection. */
  private static final int DISCARDABLE = 64 * 1024;

  private String id = "";
  private boolean http10;
  private boolean toHead;
  private boolean bodyIsSmall;
  private boolean ended = true;
  private boolean keepsAlive = true;

  /** Its head is there; what is wrong with it is not known yet. */
  void begin(HttpRequest request, String newId, boolean draining) {
    id = newId;
    ended = false;
    http10 = request.protocolVersion().equals(HttpVersion.HTTP_1_0);
    if (http10) { // RFC 9110, 7.8 and 10.1.1.
      request.headers().remove(HttpHeaderNames.UPGRADE).remove(HttpHeaderNames.EXPECT);
    }
    toHead = request.method().equals(HttpMethod.HEAD);
    keepsAlive = HttpUtil.isKeepAlive(request) && !draining;
    bodyIsSmall =
        request.decoderResult().isSuccess() && Requests.bodyIsAtMost(request, DISCARDABLE);
  }

  /** Its head does not come to its end. */
  void isLost(String newId) {
    id = newId;
    ended = true;
    keepsAlive = false;
  }

  /** All that is wanted of it has come. */
  void end() {
    ended = true;
  }

  /** The connection ends with its response. */
  void isTheLast() {
    keepsAlive = false;
  }

  /**
   * It is answered before it has come to its end: that is waited for only if little can follow.
   *
   * @param slow whether it is because it comes too slowly
   */
  void isAnsweredEarly(boolean slow) {
    keepsAlive &= ended || (bodyIsSmall && !slow);
  }

  String id() {
    return id;
  }

  boolean http10() {
    return http10;
  }

  boolean toHead() {
    return toHead;
  }

  boolean ended() {
    return ended;
  }

  /** Whether the connection outlives its response. */
  boolean keepsAlive() {
    return keepsAlive;
  }
}
