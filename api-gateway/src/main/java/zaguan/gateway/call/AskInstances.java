package zaguan.gateway.call;

import zaguan.discovery.balancing.Deadlines;
import zaguan.gateway.routing.ServiceSettings;
import zaguan.gateway.scaling.Wakers;

/**
 * Chooses an instance, connects, sends: again or beside where that fails or takes long, and after a
 * wait where there is no instance.
 */
final class AskInstances implements Call.Step {

  private final Wakers wakers;

  AskInstances(Wakers wakers) {
    this.wakers = wakers;
  }

  @Override
  public Next take(Call call) {
    Admitted admitted =
        new Admitted(
            call.client(),
            call.request(),
            call.upgrade(),
            call.expectsContinue(),
            call.body(),
            call.route(),
            call.permit(),
            call.record(),
            deadlines(call));
    call.ask(new Exchange(admitted, wakers));
    return Next.NONE;
  }

  private static Deadlines deadlines(Call call) {
    ServiceSettings settings = call.route().settings();
    CallLoop loop = call.client().loop();
    Deadlines deadlines =
        new Deadlines(
            settings.responseTimeout(), settings.leastBodyRate(), loop.ticks(), loop.clock());
    Long waitsUntil = call.waitsUntil();
    if (waitsUntil != null) {
      deadlines.callerWaitsUntil(waitsUntil);
    }
    return deadlines;
  }
}
