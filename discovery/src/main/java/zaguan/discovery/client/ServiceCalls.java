package zaguan.discovery.client;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import java.net.URI;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.reactivestreams.Publisher;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import zaguan.discovery.balancing.Attempt;
import zaguan.discovery.http.PlainHttp;

/** How one client calls its service. Any thread; none waits. */
final class ServiceCalls {

  private final Supplier<Callees> callees;
  private final String service;
  private final String contextPath;
  private final LongSupplier clock;

  /**
   * @param callees asked for with the first call: a service that calls nobody makes none
   * @param contextPath before the path of each request; empty for none
   */
  ServiceCalls(Supplier<Callees> callees, String service, String contextPath, LongSupplier clock) {
    this.callees = callees;
    this.service = service;
    this.contextPath = contextPath;
    this.clock = clock;
  }

  /** A call for each subscription. */
  <T> Publisher<T> call(HttpRequest<?> request, Attempts.Sending<T> sending) {
    return call(Outgoing.of(request, contextPath, false), sending);
  }

  /** As {@link #call}, of which two instances must not answer at once. */
  <T> Publisher<T> connect(HttpRequest<?> request, Attempts.Sending<T> sending) {
    return call(Outgoing.of(request, contextPath, true), sending);
  }

  private <T> Publisher<T> call(Outgoing outgoing, Attempts.Sending<T> sending) {
    Origin origin = Origin.here();
    return new Flux<>() {
      @Override
      public void subscribe(CoreSubscriber<? super T> caller) {
        Callees all = callees.get();
        Calling<T> call =
            new Calling<>(
                caller,
                all,
                all.of(service),
                outgoing,
                origin,
                sending,
                Schedulers.parallel(),
                clock);
        caller.onSubscribe(call);
        call.begin();
      }
    };
  }

  /** Chooses an instance and asks it, once: what a proxy passes on cannot be sent again. */
  <T extends HttpResponse<?>> Publisher<T> pass(
      HttpRequest<?> request, Function<URI, Publisher<? extends T>> sending) {
    String path = Outgoing.of(request, contextPath, true).path();
    return Mono.fromFuture(() -> callees.get().of(service).known(), true)
        .flatMapMany(
            callee -> {
              Attempt attempt = callee.upstream().take(List.of());
              if (attempt == null) {
                return Mono.error(CallFailedException.noInstance(service));
              }
              attempt.requested();
              return Flux.from(sending.apply(PlainHttp.uri(attempt.endpoint().address(), path)))
                  .doOnNext(response -> attempt.answered(response.code()))
                  .doOnError(thrown -> Failure.of(thrown).tell(attempt))
                  .doFinally(signal -> attempt.end());
            });
  }
}
