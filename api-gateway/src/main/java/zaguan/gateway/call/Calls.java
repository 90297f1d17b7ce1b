package zaguan.gateway.call;

import io.netty.handler.codec.http.HttpRequest;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import zaguan.discovery.settings.TimeAndChance;
import zaguan.gateway.pages.Pages;
import zaguan.gateway.routing.Routes;
import zaguan.gateway.scaling.Wakers;

/** Makes a call of each request. Any thread; a call keeps to the event loop of its client. */
@Singleton
public final class Calls {

  private static final Logger LOG = LoggerFactory.getLogger(Calls.class);

  /** What happens to a request, in this order. */
  private final List<Call.Step> steps;

  private final Consumer<CallRecord> observer;
  private final LongSupplier clock;

  Calls(
      Routes routes,
      Wakers wakers,
      Pages pages,
      CallObserver observer,
      TimeAndChance timeAndChance) {
    this.observer = record -> tell(observer, record);
    clock = timeAndChance.nanoTime();
    steps =
        List.of(
            // First: all others believe what they read.
            new RefuseAmbiguous(),
            new AnswerForGateway(),
            // Before services: none may have the path of a page.
            new AnswerOwnPages(pages),
            new MatchRoute(routes::current, routes::named),
            // Before anything is done that nobody waits for.
            new HearDeadline(),
            // Before anything is read that would be thrown away.
            new BoundBody(),
            // Before it is let in: whoever is slow to send does not hold a place of the service's.
            new AwaitRead(),
            new Admit(),
            // After whatever may refuse: it costs the most.
            new SetForwardedFields(),
            new AskInstances(wakers));
  }

  private static void tell(CallObserver observer, CallRecord record) {
    try {
      observer.ended(record);
    } catch (RuntimeException e) {
      LOG.error("Request {} has ended, and its observer failed", record.requestId(), e);
    }
  }

  /** A call of a request whose head has come. The stream tells it all that comes. */
  public ClientStream.Listener of(ClientStream client, HttpRequest request) {
    // Netty makes a request up where it cannot read the client's.
    boolean read = request.decoderResult().isSuccess();
    CallRecord record =
        record(client, read ? request.method().name() : "", read ? request.uri() : "");
    return new Call(client, request, steps, record);
  }

  /** Answers a request whose head did not come to its end. */
  public void refuse(ClientStream client, Outcome why) {
    record(client, "", "").failed(why);
    client.answer(why);
  }

  private CallRecord record(ClientStream client, String method, String target) {
    return new CallRecord(client.requestId(), client.peer(), method, target, clock, observer);
  }
}
