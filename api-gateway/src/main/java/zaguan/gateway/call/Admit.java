package zaguan.gateway.call;

import zaguan.discovery.balancing.Permit;
import zaguan.discovery.balancing.Upstream;

/** Lets no more requests in than the service bears. */
final class Admit implements Call.Step {

  @Override
  public Next take(Call call) {
    Upstream upstream = call.route().upstream();
    Permit permit = upstream.admit(call.body().complete());
    if (permit == null) {
      return Next.end(new Outcome.Overloaded(upstream.service()));
    }
    call.admitted(permit);
    return Next.ON;
  }
}
