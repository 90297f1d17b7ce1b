package zaguan.gateway.call;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import java.time.Duration;

/**
 * Bytes, both ways, after an instance has changed to the protocol that the client asked for: <a
 * href="https://www.rfc-editor.org/rfc/rfc9110#section-7.8">RFC 9110, 7.8</a>. Only on the event
 * loop of the call.
 */
final class Tunnel {

  /** As HAProxy's {@code timeout tunnel}. */
  static final Duration IDLE = Duration.ofHours(1);

  private final ClientStream client;
  private final InstanceStream instance;

  Tunnel(ClientStream client, InstanceStream instance) {
    this.client = client;
    this.instance = instance;
  }

  /**
   * Says so to the client, and begins. What the instance has sent already comes before this
   * returns.
   *
   * @param response the head of 101
   * @param asked the protocol that the client asked for
   */
  void begin(HttpResponse response, String asked) {
    String protocol = response.headers().get(HttpHeaderNames.UPGRADE, asked);
    Headers.toClient(response, client.requestId());
    response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderNames.UPGRADE);
    response.headers().set(HttpHeaderNames.UPGRADE, protocol);
    client.write(response);
    client.write(LastHttpContent.EMPTY_LAST_CONTENT);
    client.tunnel();
    instance.tunnel();
  }

  /** Takes the bytes over. */
  void toClient(ByteBuf bytes) {
    client.write(bytes);
  }

  /** Takes the bytes over. */
  void toInstance(ByteBuf bytes) {
    instance.write(bytes);
  }
}
