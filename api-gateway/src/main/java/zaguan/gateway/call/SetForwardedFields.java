package zaguan.gateway.call;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;

/** Drops what ends with the client's connection, and says where the request came from. */
final class SetForwardedFields implements Call.Step {

  @Override
  public Next take(Call call) {
    HttpRequest request = call.request();
    ClientStream client = call.client();
    String upgrade = client.http2() ? null : Headers.upgrade(request);
    Headers.toInstance(
        request,
        call.route().prefix(),
        client.requestId(),
        client.peer(),
        client.trusted(),
        client.http2());
    if (upgrade != null) {
      HttpHeaders headers = request.headers();
      headers.set(HttpHeaderNames.CONNECTION, HttpHeaderNames.UPGRADE);
      headers.set(HttpHeaderNames.UPGRADE, upgrade);
      call.upgrade(upgrade);
    }
    return Next.ON;
  }
}
