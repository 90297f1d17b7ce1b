package zaguan.gateway.call;

import io.netty.handler.codec.http.HttpUtil;

/** Refuses a body by the length that the client says; one that says none is counted. */
final class BoundBody implements Call.Step {

  @Override
  public Next take(Call call) {
    long most = call.route().settings().maxBody();
    return HttpUtil.getContentLength(call.request(), 0L) > most
        ? Next.end(new Outcome.BodyTooLarge(call.route().service(), most))
        : Next.ON;
  }
}
